package kubelab.grader.checks.services;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
final class NextDoorCheck implements PreparedCheck {
    private static final String SHOP = "shop/main";

    private final Pace pace = new Pace();
    private final Lasting asking = new Lasting();
    private final Set<String> ours = new TreeSet<>();

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
                .look("ours", run -> prints(run, "ours", "answers of " + owner("ours") + " stock"))
                .look("theirs", run -> prints(run, "theirs", "answers of " + owner("theirs") + " stock"))
                .look("pace", run -> pace.onceASecond(Pods.printed(run, SHOP, ServerSets.names(run, "ours"))))
                .look("names", this::makeAgain, this::printsNewOnes)
                .look("goes-on", run -> asking.goesOn(Pods.printed(run, SHOP, names(run))));
    }

    private void makeAgain(CheckContext run) {
        names(run);
        Services.makeAgain(neighbours(run), "stock", "theirs");
        Services.makeAgain(run, "stock", "ours");
    }

    private Observation printsNewOnes(CheckContext run) {
        return Observation.each(
                List.of("ours", "theirs"),
                app -> prints(run, app, "answers of " + owner(app) + " stock at its new address"),
                "names outlive addresses");
    }

    private static String owner(String app) {
        return app.equals("ours") ? "our own" : "the neighbours'";
    }

    /** Those of our stock's Pods, also of the one that is no more. */
    private Set<String> names(CheckContext run) {
        ours.addAll(ServerSets.names(run, "ours"));
        return ours;
    }

    private Observation prints(CheckContext run, String app, String what) {
        CheckContext there = app.equals("ours") ? run : neighbours(run);
        return Pods.prints(run, SHOP, ServerSets.names(there, app), what);
    }

    private CheckContext neighbours(CheckContext run) {
        return run.in(Neighbours.of(run, "next"));
    }
}
