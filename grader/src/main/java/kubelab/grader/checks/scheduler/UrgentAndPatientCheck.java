package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Taint;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.HollowNodes;
import kubelab.grader.looks.Preemption;

/** scheduler-6. A hollow node is full of small Pods; room comes about by preemption first, and by the check's hand later. */
final class UrgentAndPatientCheck implements Check {
    private static final int FILLERS = 4;
    private static final String FILLER = "filler";
    private static final int HIGH = 10_000;

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String of = "-" + run.word() + "-" + run.namespace();
        String node = HollowNodes.name(run, "full");
        HollowNodes.priorityClass(run, "low" + of, 100, "PreemptLowerPriority");
        HollowNodes.priorityClass(run, "high" + of, HIGH, "PreemptLowerPriority");
        HollowNodes.priorityClass(run, "high-never" + of, HIGH, "Never");
        HollowNodes.node(run, node, "1", "8Gi", Map.of("full", node), new Taint("NoSchedule", "full", null, node));
        // Another node of its kind, with room: a Pod that asks for any of them is placed there.
        String spare = HollowNodes.name(run, "spare");
        HollowNodes.node(run, spare, "1", "8Gi", Map.of("full", spare), new Taint("NoSchedule", "full", null, spare));
        Given.configMap(
                run,
                "classes",
                Map.of("low", "low" + of, "high", "high" + of, "high-never", "high-never" + of, "node", node));
        HollowNodes.fill(run, node, FILLER, FILLERS, "250m", "low" + of);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look(
                        "urgent",
                        HollowNodes::awaitReady,
                        run -> Preemption.placed(run, "urgent", HollowNodes.name(run, "full")))
                .look("few", run -> Preemption.victims(run, "urgent", FILLER, FILLERS, FILLERS / 2))
                .look("patient", run -> Preemption.patient(run, "patient", HollowNodes.name(run, "full")))
                .look("next", run -> Preemption.makeRoom(run, FILLER), run -> Preemption.next(run, "patient", HIGH))
                .look("half", run -> Preemption.oneMore(run, HollowNodes.name(run, "full")), Preemption::stillFull);
    }
}
