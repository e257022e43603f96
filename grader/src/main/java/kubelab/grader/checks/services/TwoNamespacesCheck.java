package kubelab.grader.checks.services;

import java.util.List;
import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Lasting;
import kubelab.grader.looks.Neighbours;
import kubelab.grader.looks.Pace;
import kubelab.grader.looks.Pods;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.Services;

/** services-6. Allowed: any form of the names. Refused: addresses, from wherever they come, and answers of the past. */
final class TwoNamespacesCheck implements PreparedCheck {
    private static final String SHOP = "shop/main";
    private final Pace pace = new Pace();
    private final Lasting asking = new Lasting();

    @Override
    public void prepare(CheckContext run) {
        Given.stock(run, "ours");
        Given.stock(neighbours(run), "theirs");
        Given.configMap(run, "neighbour", Map.of("namespace", neighbours(run).namespace()));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("runs", run -> Pods.runsFrom(run, SHOP, "busybox:1.36"))
                .look("ours", run -> prints(run, "ours", ""))
                .look("theirs", run -> prints(run, "theirs", ""))
                .look("pace", run -> pace.onceASecond(asking.count(run, SHOP, ServerSets.names(run, "ours"))))
                .look("names", this::makeAgain, this::printsNewOnes)
                .look("goes-on", run -> asking.goesOn(run, SHOP, ServerSets.names(run, "ours")));
    }

    private void makeAgain(CheckContext run) {
        Services.makeAgain(neighbours(run), "stock", "theirs");
        Services.makeAgain(run, "stock", "ours");
    }

    private Observation printsNewOnes(CheckContext run) {
        List<String> both = List.of("ours", "theirs");
        return Observation.each(both, app -> prints(run, app, " at its new address"), "names outlive addresses");
    }

    private Observation prints(CheckContext run, String app, String where) {
        CheckContext there = app.equals("ours") ? run : neighbours(run);
        String stock = app.equals("ours") ? "our own stock" : "the neighbours' stock";
        return Pods.prints(run, SHOP, ServerSets.names(there, app), "answers of " + stock + where);
    }

    private CheckContext neighbours(CheckContext run) {
        return run.in(Neighbours.of(run, "next"));
    }
}
