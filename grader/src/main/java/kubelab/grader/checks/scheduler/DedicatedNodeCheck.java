package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Taint;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion.Probe;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Deployments;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.HollowNodes;
import kubelab.grader.looks.TaintedNodes;

/** scheduler-2. The reserved node is hollow, and so are some that differ from it in one thing each. */
final class DedicatedNodeCheck implements Check {
    private static final String TEAM = "team";
    private static final String TOURIST = "tourist";
    private static final int REPLICAS = 2;

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String label = "team-" + run.word();
        Taint taint = new Taint("NoSchedule", "reserved-" + run.word(), null, run.namespace());
        TaintedNodes.create(run, taint, Map.of(label, run.namespace()));
        String text = taint.getKey() + "=" + taint.getValue() + ":" + taint.getEffect();
        Given.configMap(run, "reserved", Map.of("label", label + "=" + run.namespace(), "taint", text));
    }

    @Override
    public Looks looks() {
        String all = "two Deployments, team and tourist, of " + REPLICAS + " Pods each";
        Probe two = run -> Deployments.miscounted(run, TEAM, REPLICAS, all)
                .or(() -> Deployments.miscounted(run, TOURIST, REPLICAS, all))
                .orElseGet(() -> Observation.holds("both"));
        return new Looks()
                .look("two", HollowNodes::awaitReady, two)
                .look("team", run -> TaintedNodes.holds(run, TEAM, REPLICAS))
                .look("tourist", run -> TaintedNodes.send(run, TOURIST), run -> TaintedNodes.mayGoThere(run, TOURIST))
                .look("indifferent", run -> TaintedNodes.indifferent(run, TOURIST))
                .look(
                        "exact",
                        run -> TaintedNodes.sendToOthers(run, TEAM, TOURIST),
                        run -> TaintedNodes.exact(run, TEAM, TOURIST))
                .look("only", TaintedNodes::replaceByAnothers, run -> Deployments.waits(run, TEAM, REPLICAS));
    }
}
