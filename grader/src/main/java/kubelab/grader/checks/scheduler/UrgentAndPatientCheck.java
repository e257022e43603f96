package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.HollowNodes;
import kubelab.grader.looks.Placement;

/** scheduler-6. A paper node is full of small Pods; room comes about by preemption first, and by the check's hand later. */
final class UrgentAndPatientCheck implements Check {
    private static final int FILLERS = 4;
    private static final String FILLER = "filler";
    private static final int HIGH = 10_000;

    private String word = "";

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        HollowNodes.priorityClass(run, name(run, "low"), 100, "PreemptLowerPriority");
        HollowNodes.priorityClass(run, name(run, "high"), HIGH, "PreemptLowerPriority");
        HollowNodes.priorityClass(run, name(run, "high-never"), HIGH, "Never");
        HollowNodes.node(
                run,
                node(run),
                "1",
                "8Gi",
                Map.of("full", node(run)),
                new Taint("NoSchedule", "full", null, node(run)));
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("classes")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("low", name(run, "low"))
                        .addToData("high", name(run, "high"))
                        .addToData("high-never", name(run, "high-never"))
                        .addToData("node", node(run))
                        .build())
                .create();
        for (int i = 1; i <= FILLERS; i++) {
            create(run, FILLER + "-" + i, "250m");
        }
        run.await("a node for all fillers", () -> Placement.live(run, FILLER).stream()
                .allMatch(p -> Placement.node(p).isPresent()));
        for (int i = 1; i <= FILLERS; i++) {
            started(run, FILLER + "-" + i, FILLERS - i);
        }
    }

    /**
     * Says what a kubelet would have said. Without it all are equally important, and the real scheduler, which now and then
     * looks for victims again before the first ones are gone, would sometimes choose others.
     */
    private static void started(CheckContext run, String name, int minutesAgo) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "status: {startTime: '"
                                + Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofMinutes(minutesAgo))
                                + "'}");
    }

    private String name(CheckContext run, String priority) {
        return priority + "-" + word + "-" + run.namespace();
    }

    private static String node(CheckContext run) {
        return "paper-full-" + run.namespace();
    }

    /** With a grace period of 0, for there is no kubelet that could say that its containers have ended. */
    private void create(CheckContext run, String name, String cpu) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("app", FILLER)
                        .endMetadata()
                        .withNewSpec()
                        .withPriorityClassName(name(run, "low"))
                        .withTerminationGracePeriodSeconds(0L)
                        .addToNodeSelector("full", node(run))
                        .addNewToleration()
                        .withKey("full")
                        .withOperator("Exists")
                        .endToleration()
                        .addNewContainer()
                        .withName("main")
                        .withImage(Placement.PAUSE)
                        .withNewResources()
                        .addToRequests("cpu", new Quantity(cpu))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        run.touched();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("urgent", "The Pod urgent has a place on the full node", 4)
                        .hint(1)
                        .shownBy("describe pod urgent")
                        .when(UrgentAndPatientCheck::urgent),
                Criterion.of("few", "No more Pods had to go for it than was necessary", 2)
                        .hidden()
                        .needs("urgent")
                        .hint(3)
                        .shownBy("get events --field-selector reason=Preempted")
                        .keeps(Duration.ofMillis(500))
                        .when(UrgentAndPatientCheck::few),
                Criterion.of("patient", "The Pod patient waits, and ends nobody", 2)
                        .needs("urgent")
                        .hint(2)
                        .shownBy("describe pod patient")
                        .keeps(Duration.ofMillis(500))
                        .when(UrgentAndPatientCheck::patient),
                Criterion.of("next", "When there is room, patient is the next", 2)
                        .hidden()
                        .needs("patient")
                        .hint(2)
                        .shownBy("get pods -o wide")
                        .within(Duration.ofSeconds(25))
                        .first(UrgentAndPatientCheck::makeRoom)
                        .when(UrgentAndPatientCheck::next));
    }

    private static Observation urgent(CheckContext run) {
        String expected = "the Pod urgent on the node that was full";
        Optional<Pod> pod = run.pod("urgent");
        if (pod.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod urgent");
        }
        return Placement.node(pod.get()).equals(Optional.of(node(run)))
                ? Observation.holds("placed")
                : Observation.notYet(expected, "it waits, and ends nobody");
    }

    private static Observation few(CheckContext run) {
        int left = Placement.live(run, FILLER).size();
        return left == FILLERS / 2
                ? Observation.holds(left + " of " + FILLERS + " are still there")
                : Observation.never(
                        FILLERS / 2 + " of the " + FILLERS + " Pods of low priority still there", left + " of them");
    }

    private static Observation patient(CheckContext run) {
        String expected = "the Pod patient Pending, and nobody ended for it";
        Optional<Pod> pod = run.pod("patient");
        if (pod.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod patient");
        }
        if (Placement.node(pod.get()).isPresent()) {
            return Observation.never(expected, "it has taken the place of others");
        }
        return Placement.unschedulable(pod.get()).isPresent()
                ? Observation.holds("it waits")
                : Observation.notYet(expected, "it has not been tried yet");
    }

    private static void makeRoom(CheckContext run) {
        Placement.live(run, FILLER).stream()
                .filter(p -> Placement.node(p).isPresent())
                .forEach(p -> Placement.remove(run, p.getMetadata().getName()));
    }

    private static Observation next(CheckContext run) {
        String expected = "patient on the node, with a priority that puts it before others that wait";
        Optional<Pod> pod = run.pod("patient");
        int priority = pod.map(p -> p.getSpec().getPriority()).orElse(0);
        if (priority < HIGH) {
            return Observation.never(expected, "a Pod of priority " + priority + ", which is tried after all of them");
        }
        return pod.flatMap(Placement::node).isPresent()
                ? Observation.holds("first in the queue")
                : Observation.notYet(expected, "the place is empty");
    }
}
