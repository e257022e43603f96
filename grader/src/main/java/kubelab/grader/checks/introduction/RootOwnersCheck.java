package kubelab.grader.checks.introduction;

import java.util.Optional;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.OwnedPods;
import kubelab.grader.looks.OwnedPods.Origin;

/** introduction-4. A Pod of each origin; names and labels of some look like those of others. */
final class RootOwnersCheck implements PreparedCheck {
    private static final String ROOT = "[A-Z][A-Za-z]+/[a-z0-9][a-z0-9.-]*";

    private final OwnedPods pods = new OwnedPods();

    @Override
    public void plan(CheckContext run) {
        pods.plan(run);
    }

    @Override
    public void prepare(CheckContext run) {
        pods.create(run);
        run.note("configMap", pods.root(Origin.OPERATED).replaceFirst(".*/", ""));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("each", this::namesAll)
                .look("near", run -> found(run, Origin.REPLICA_SET, Origin.JOB, Origin.STATEFUL_SET))
                .look("far", run -> found(run, Origin.DEPLOYMENT, Origin.CRON_JOB, Origin.OPERATED))
                .look("controller", run -> found(run, Origin.OWNED, Origin.ADOPTED))
                .look("own", run -> found(run, Origin.BARE));
    }

    private Observation namesAll(CheckContext run) {
        long good = pods.names().stream()
                .filter(name -> run.answer().path(name).asString("").matches(ROOT))
                .count();
        boolean others = !pods.names().containsAll(run.answer().propertyNames());
        return Observation.unless(
                others || good < pods.names().size(),
                "all " + good,
                "a kind and a name for each of the " + pods.names().size() + " Pods",
                "for " + good + " of them" + (others ? ", and an entry for what is no Pod here" : ""));
    }

    private Observation found(CheckContext run, Origin... origins) {
        for (Origin origin : origins) {
            String given = run.answer().path(pods.name(origin)).asString("");
            Optional<String> wrong = pods.wrong(origin, given);
            if (wrong.isPresent()) {
                return Observation.never("the root of the Pod with the label trial=" + pods.label(origin), wrong.get());
            }
        }
        return Observation.holds("the root of each");
    }
}
