package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Who had to go for whom on a node that is full. */
public final class Preemption {
    private static final String MORE = "one-more";

    private Preemption() {}

    /** The Pod is on this node. */
    public static Observation placed(CheckContext run, String name, String node) {
        String expected = "the Pod " + name + " on the node that was full";
        Optional<Pod> pod = run.pod(name);
        if (pod.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod " + name);
        }
        return Placement.node(pod.get()).equals(Optional.of(node))
                ? Observation.holds("placed")
                : Observation.notYet(
                        expected,
                        Placement.node(pod.get()).isPresent()
                                ? "it is on another node"
                                : "still Pending; it preempted no Pod");
    }

    /**
     * Of the Pods with the label {@code app=…}, the scheduler preempted so many for one Pod, and none went otherwise. What
     * counts is Pods, not events: while its victims go, a real scheduler often tries the Pod once more and reports the last
     * victim a second time.
     */
    public static Observation victims(CheckContext run, String preemptor, String app, int before, int wanted) {
        String expected = "the scheduler preempted " + wanted + " of the " + before + " Pods of low priority";
        String uid = run.pod(preemptor).map(p -> p.getMetadata().getUid()).orElse("");
        List<Event> events = run.client().v1().events().inNamespace(run.namespace()).list().getItems().stream()
                .filter(e -> "Preempted".equals(e.getReason())
                        && e.getInvolvedObject().getName().startsWith(app + "-"))
                .toList();
        long preempted = pods(events.stream().filter(e -> e.getMessage().contains(uid)));
        long otherwise = before - Placement.live(run, app).size() - pods(events.stream());
        if (preempted > wanted) {
            return Observation.never(expected, "it preempted " + preempted);
        } else if (preempted < wanted || otherwise > 0) {
            return Observation.notYet(
                    expected,
                    otherwise > 0
                            ? "it preempted " + preempted + ", and " + otherwise + " were deleted by hand"
                            : preempted > 0
                                    ? "it preempted " + preempted
                                    : "none had to go: " + preemptor + " is on the full node past the scheduler");
        }
        run.note("victims", preempted);
        return Observation.holds("it preempted " + preempted + " of " + before);
    }

    /** How many Pods these events are about. */
    private static long pods(Stream<Event> events) {
        return events.map(e -> e.getInvolvedObject().getUid()).distinct().count();
    }

    /** The Pod waits for room on this node. */
    public static Observation patient(CheckContext run, String name, String node) {
        String expected = "the Pod " + name + " Pending, and no Pod preempted for it";
        if (run.pod(name).isEmpty()) {
            return Observation.notYet(expected, "there is no Pod " + name);
        }
        boolean elsewhere = run.pod(name)
                .flatMap(Placement::node)
                .filter(n -> !n.equals(node))
                .isPresent();
        return Copies.placed(
                        run, name, expected, elsewhere ? "it is on another node" : "it is on the node, which was full")
                .orElseGet(() -> Observation.holds("it waits"));
    }

    /** Removes the Pods with the label {@code app=…} that have a node. */
    public static void makeRoom(CheckContext run, String app) {
        Placement.live(run, app).stream()
                .filter(p -> Placement.node(p).isPresent())
                .forEach(p -> Placement.remove(run, p.getMetadata().getName()));
    }

    /** The Pod has got a node, and was tried before all of a lower priority than this one. */
    public static Observation next(CheckContext run, String name, int high) {
        String expected = name + " on the node, with a priority that puts it before others that wait";
        Optional<Pod> pod = run.pod(name);
        int priority = pod.map(p -> p.getSpec().getPriority()).orElse(0);
        run.note("priority", priority);
        if (priority < high) {
            return Observation.never(expected, "a Pod of priority " + priority + ", which is tried after all of them");
        }
        return pod.flatMap(Placement::node).isPresent()
                ? Observation.holds("first in the queue")
                : Observation.notYet(
                        expected,
                        "it is still Pending, although no Pod of low priority has the node any more: what is left is too"
                                + " small for it");
    }

    /** One that requests next to nothing, with no priority. */
    public static void oneMore(CheckContext run, String node) {
        Copies.create(
                run,
                new PodBuilder()
                        .withMetadata(new ObjectMetaBuilder().withName(MORE).build())
                        .withSpec(HollowNodes.spec(node, "1m", null)));
    }

    /** There is no room for {@link #oneMore}. */
    public static Observation stillFull(CheckContext run) {
        return Copies.placed(
                        run, MORE, "a node that is full again: two Pods, each with 500m", "some of its CPU is free")
                .orElseGet(() -> Observation.holds("the node is full again"));
    }
}
