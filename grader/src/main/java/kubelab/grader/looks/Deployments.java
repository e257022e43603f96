package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion.Act;
import kubelab.grader.check.Observation;

/** The Pods of a Deployment, whatever their labels: a task that names no label leaves them to the learner. */
public final class Deployments {
    private Deployments() {}

    /** Its Pods that have not ended and are not being deleted, by name; none if there is no such Deployment. */
    public static List<Pod> pods(CheckContext run, String name) {
        Set<String> sets = run.client().apps().replicaSets().inNamespace(run.namespace()).list().getItems().stream()
                .filter(set -> set.getMetadata().getOwnerReferences().stream()
                        .anyMatch(o ->
                                o.getKind().equals("Deployment") && o.getName().equals(name)))
                .map(set -> set.getMetadata().getUid())
                .collect(Collectors.toSet());
        return run.pods().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null && isOwnedBy(p, sets))
                .filter(p ->
                        !List.of("Succeeded", "Failed").contains(p.getStatus().getPhase()))
                .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .toList();
    }

    private static boolean isOwnedBy(HasMetadata object, Set<String> uids) {
        return object.getMetadata().getOwnerReferences().stream().anyMatch(o -> uids.contains(o.getUid()));
    }

    /** Says so if there is no such Deployment, or it has another number of Pods. */
    public static Optional<Observation> miscounted(CheckContext run, String name, int replicas, String expected) {
        return miscounted(run, name, pods(run, name), replicas, expected);
    }

    /** Of Pods that were read once: two looks at them could be before and after something happens. */
    private static Optional<Observation> miscounted(
            CheckContext run, String name, List<Pod> pods, int replicas, String expected) {
        int found = pods.size();
        if (found == replicas) {
            return Optional.empty();
        }
        boolean made = run.client()
                        .apps()
                        .deployments()
                        .inNamespace(run.namespace())
                        .withName(name)
                        .get()
                != null;
        // no controller makes a Deployment: one that the answer has not made will not come
        return Optional.of(
                made
                        ? Observation.notYet(expected, found + (found == 1 ? " Pod of " : " Pods of ") + name)
                        : Observation.never(expected, "there is no Deployment " + name));
    }

    /** Says so if it has another number of Pods, or if some of them do not run. */
    public static Optional<Observation> incomplete(CheckContext run, String name, int replicas, String expected) {
        List<Pod> pods = pods(run, name);
        Optional<Observation> miscounted = miscounted(run, name, pods, replicas, expected);
        if (miscounted.isPresent()) {
            return miscounted;
        } else if (pods.stream().anyMatch(p -> Placement.node(p).isEmpty())) {
            return Optional.of(Observation.notYet(expected, "some of them Pending: no node suits them"));
        }
        return pods.stream().allMatch(Placement::runs)
                ? Optional.empty()
                : Optional.of(Observation.notYet(expected, "some of them do not run"));
    }

    /**
     * So many Pods, all running and all on these nodes.
     *
     * @param where says which these are, as in {@code where the cache is}
     */
    public static Observation allOn(CheckContext run, String name, int replicas, Set<String> nodes, String where) {
        String expected = "the " + replicas + " Pods of " + name + ", running " + where;
        return incomplete(run, name, replicas, expected)
                .orElseGet(() -> pods(run, name).stream().allMatch(p -> isOn(p, nodes))
                        ? Observation.holds("all of them")
                        : Observation.notYet(expected, "some of them are elsewhere"));
    }

    /** So many Pods, all running and none on these nodes, see {@link #allOn}. */
    public static Observation noneOn(CheckContext run, String name, int replicas, Set<String> nodes, String where) {
        String expected = "the " + replicas + " Pods of " + name + ", running, and none of them " + where;
        return incomplete(run, name, replicas, expected)
                .orElseGet(() -> pods(run, name).stream().noneMatch(p -> isOn(p, nodes))
                        ? Observation.holds("none of them")
                        : Observation.notYet(expected, "some of them are there"));
    }

    private static boolean isOn(Pod pod, Set<String> nodes) {
        return Placement.node(pod).filter(nodes::contains).isPresent();
    }

    /** So many Pods, all running, wherever that is; never, once the scheduler has found no node for one of them. */
    public static Observation allRun(CheckContext run, String name, int replicas, String waiting) {
        String expected = "the " + replicas + " Pods of " + name + ", running";
        if (pods(run, name).stream().anyMatch(p -> Placement.unschedulable(p).isPresent())) {
            return Observation.never(expected, waiting);
        }
        return incomplete(run, name, replicas, expected).orElseGet(() -> Observation.holds("all of them"));
    }

    /** So many Pods, and the scheduler has found no node for any of them. */
    public static Observation waits(CheckContext run, String name, int replicas) {
        String expected = "the " + replicas + " Pods of " + name + ", Pending";
        List<Pod> pods = pods(run, name);
        if (pods.stream().anyMatch(p -> Placement.node(p).isPresent())) {
            return Observation.never(expected, "they were given nodes");
        }
        pods.stream()
                .flatMap(p -> Placement.unschedulable(p).stream())
                .findFirst()
                .ifPresent(message -> run.note("waiting", message));
        return miscounted(run, name, pods, replicas, expected)
                .orElseGet(() ->
                        pods.stream().allMatch(p -> Placement.unschedulable(p).isPresent())
                                ? Observation.holds("Pending")
                                : Observation.notYet(expected, "the scheduler has not tried them yet"));
    }

    /** Does something, and then lets the Deployment make new Pods, for which it counts. */
    public static Act renewing(String name, Act act) {
        return run -> {
            act.on(run);
            replacePods(run, name);
        };
    }

    /** Deletes its Pods, so that it makes new ones. */
    public static void replacePods(CheckContext run, String name) {
        pods(run, name).forEach(p -> run.deletePod(p.getMetadata().getName()));
    }

    /** An act: deletes one of its Pods, by chance; the Pod's name is noted as {@code deleted}. */
    public static void deleteOne(CheckContext run, String name) {
        Replaced.deleteOneOf(run, pods(run, name).stream().map(Pods::name).toList());
    }

    public static void scale(CheckContext run, String name, int replicas) {
        run.client()
                .apps()
                .deployments()
                .inNamespace(run.namespace())
                .withName(name)
                .scale(replicas);
        run.touched();
    }
}
