package kubelab.grader.checks.services;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.DeafPods;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Replaced;
import kubelab.grader.looks.ServerSets;

/** services-5. Three shops and three faults; the seed says which has which. Refused: repairs that go round the probes. */
final class SilentShopsCheck implements PreparedCheck {
    private static final List<String> SHOPS = List.of("books", "films", "music");

    private final List<String> faults = new ArrayList<>(List.of("selector", "target", "probe"));
    private final Replaced pods = new Replaced(SHOPS);
    private int port;

    @Override
    public void plan(CheckContext run) {
        Collections.shuffle(faults, run.random());
        port = 8000 + run.random().nextInt(1000);
        SHOPS.forEach(shop -> run.note(fault(shop), shop));
    }

    @Override
    public void prepare(CheckContext run) {
        SHOPS.forEach(shop -> Given.shop(run, shop, port(shop), fault(shop)));
        Http.from(run).ready();
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("books", run -> Http.from(run).givesOnlyItsOwn("books"))
                .look("films", run -> Http.from(run).givesOnlyItsOwn("films"))
                .look("music", run -> Http.from(run).givesOnlyItsOwn("music"))
                .look("kept", run -> Observation.each(SHOPS, shop -> kept(run, shop), "a repair, not a rewrite"))
                .look("follows", pods::deleteAll, pods::answer)
                .look("probed", run -> DeafPods.add(run, SHOPS, port + 5), run -> DeafPods.areLeftOut(run, SHOPS));
    }

    private Observation kept(CheckContext run, String shop) {
        return ServerSets.isUnchanged(run, shop, port(shop));
    }

    private String fault(String shop) {
        return faults.get(SHOPS.indexOf(shop));
    }

    private int port(String shop) {
        return port + 10 * SHOPS.indexOf(shop);
    }
}
