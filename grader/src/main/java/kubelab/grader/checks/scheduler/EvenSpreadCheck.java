package kubelab.grader.checks.scheduler;

import java.util.List;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.looks.Deployments;
import kubelab.grader.looks.Originals;
import kubelab.grader.looks.Placement;
import kubelab.grader.looks.Spread;

/** scheduler-5. Two old Pods make one node fuller; copies that have to be beside them show whether unevenness is refused. */
final class EvenSpreadCheck implements Check {
    private static final Map<String, String> FRONT = Map.of("tier", "front");
    private static final Map<String, String> OLD = Map.of("tier", "front", "app", "old-front");
    private static final List<String> COPIES = List.of("one-more", "one-too-many");
    private static final int REPLICAS = 4;
    /** With the two old ones a number that three nodes divide. */
    private static final int MORE = 7;

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String node = Placement.anyNode(run);
        for (int i = 0; i < 2; i++) {
            Placement.create(run, "old-" + run.word(), OLD, node);
        }
        Originals.remember(run);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("even", run -> Spread.even(run, "front", REPLICAS, FRONT))
                .look("old", run -> Originals.untouched(run, OLD))
                .look("waits", EvenSpreadCheck::oneTooMany, run -> Spread.refused(run, COPIES.get(1)))
                .look("grows", EvenSpreadCheck::grow, run -> Spread.even(run, "front", MORE, FRONT));
    }

    /** Where all are even, the first makes no difference that is too great. */
    private static void oneTooMany(CheckContext run) {
        COPIES.forEach(name -> Spread.beside(run, Deployments.pods(run, "front").get(0), name, FRONT, OLD));
    }

    private static void grow(CheckContext run) {
        COPIES.forEach(name -> Placement.remove(run, name));
        Deployments.scale(run, "front", MORE);
    }
}
