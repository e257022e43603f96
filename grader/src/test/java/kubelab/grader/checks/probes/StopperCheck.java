package kubelab.grader.checks.probes;

import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;

/** A ReplicaSet has no Pod as long as its controller is stopped. What is still stopped at the end is left to the grader. */
public final class StopperCheck implements Check {
    private static final String CONTROLLER = "replicaset-controller";

    @Override
    public void prepare(CheckContext run) {
        if (!run.components().stopped().isEmpty()) {
            throw new IllegalStateException(
                    "the one before has left stopped: " + run.components().stopped());
        }
        run.components().stop(CONTROLLER);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("alone", StopperCheck::alone)
                .look("back", StopperCheck::startAgain, StopperCheck::back);
    }

    private static Observation alone(CheckContext run) {
        boolean there = run.client()
                        .apps()
                        .replicaSets()
                        .inNamespace(run.namespace())
                        .withName("web")
                        .get()
                != null;
        if (!there) {
            return Observation.notYet("a ReplicaSet", "there is none");
        }
        return run.pods().isEmpty() ? Observation.holds("no Pod") : Observation.never("no Pod", "a Pod");
    }

    private static void startAgain(CheckContext run) {
        run.components().stop("kube-scheduler");
        run.components().start(CONTROLLER);
        run.touched();
    }

    private static Observation back(CheckContext run) {
        return run.pods().isEmpty() ? Observation.notYet("a Pod", "no Pod") : Observation.holds("a Pod");
    }
}
