package kubelab.grader.checks.scheduler;

import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion.Act;
import kubelab.grader.check.Criterion.Probe;
import kubelab.grader.check.Looks;
import kubelab.grader.looks.Deployments;
import kubelab.grader.looks.Placement;

/** scheduler-1. The cache goes, comes back on another node, then where a Pod of backup is, and is everywhere at last. */
final class TogetherAndApartCheck implements Check {
    private static final String CACHE = "cache";
    private static final int REPLICAS = 3;

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        Placement.move(run, CACHE, Placement.anyNode(run));
    }

    @Override
    public Looks looks() {
        String where = "where the cache is";
        Probe together = run -> Deployments.allOn(run, "web", REPLICAS, Placement.nodesOf(run, CACHE), where);
        Probe apart = run -> Deployments.noneOn(run, "backup", REPLICAS, Placement.nodesOf(run, CACHE), where);
        Probe anyway = run -> Deployments.allRun(run, "backup", REPLICAS, "some wait for a node without a cache");
        Act gone = run -> Placement.remove(run, CACHE);
        return new Looks()
                .look("together", together)
                .look("apart", apart)
                .look("follows", Deployments.renewing("web", TogetherAndApartCheck::comeBack), together)
                .look("waits", Deployments.renewing("web", gone), run -> Deployments.waits(run, "web", REPLICAS))
                .look("keeps-away", Deployments.renewing("backup", TogetherAndApartCheck::besideBackup), apart)
                .look("gives-way", Deployments.renewing("backup", run -> Placement.everywhere(run, CACHE)), anyway);
    }

    private static void comeBack(CheckContext run) {
        String first = Placement.nodesOf(run, CACHE).first();
        String second = Placement.nextNode(run, first);
        Placement.move(run, CACHE, second);
        run.note("moved", first + " to " + second);
    }

    /** Web has no Pods then: to keep away from web is not to keep away from the cache. */
    private static void besideBackup(CheckContext run) {
        Deployments.scale(run, "web", 0);
        Placement.move(
                run, CACHE, Placement.nodes(Deployments.pods(run, "backup")).first());
    }
}
