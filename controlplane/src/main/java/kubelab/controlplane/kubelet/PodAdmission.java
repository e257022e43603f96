package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import kubelab.controlplane.nodefit.NodeFit;
import kubelab.controlplane.nodefit.NodeSelectors;
import kubelab.controlplane.nodefit.Resources;

/**
 * Whether a node takes a Pod that was bound to it. Whoever bound it may have been wrong, or late: the node looks again
 * at what a scheduler looks at first, and refuses what does not fit.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/lifecycle/predicate.go, release 1.34.
 *
 * <p>Simplified: a critical Pod, such as a static one, preempts no other Pod; extended resources are not counted.
 */
final class PodAdmission {
    private static final long STORAGE = 104_857_600L * 1024;

    private PodAdmission() {}

    /** Why not: goes into the Pod's status and an Event. */
    record Rejection(String reason, String message) {
        private static Rejection predicate(String name, String why) {
            return new Rejection(name, "Predicate " + name + " failed: " + why);
        }

        private static Rejection resource(Pod pod, String name, long requested, long used, long capacity) {
            if (StaticPods.isStatic(pod)) {
                return new Rejection(
                        "UnexpectedAdmissionError",
                        "Unexpected error while attempting to recover from admission failure: preemption: error finding a"
                                + " set of pods to preempt: no set of running pods found to reclaim resources: [(res: "
                                + name + ", q: " + (requested - (capacity - used)) + "), ]");
            }
            return new Rejection(
                    "OutOf" + name,
                    "Node didn't have enough resource: " + name + ", requested: " + requested + ", used: " + used
                            + ", capacity: " + capacity);
        }
    }

    /** @param others Pods that were taken before and have not ended */
    static Optional<Rejection> check(Pod pod, List<Pod> others, NodeConfig config, Node node) {
        if (others.size() + 1 > config.maxPods()) {
            return Optional.of(Rejection.resource(pod, "pods", 1, others.size(), config.maxPods()));
        }
        Resources wanted = Resources.requestedBy(pod);
        for (String name : List.of("cpu", "memory", "ephemeral-storage")) {
            long capacity = capacity(config, name);
            long used = others.stream()
                    .mapToLong(other -> Resources.requestedBy(other).get(name))
                    .sum();
            if (wanted.get(name) > 0 && wanted.get(name) > capacity - used) {
                return Optional.of(Rejection.resource(pod, name, wanted.get(name), used, capacity));
            }
        }
        if (!NodeSelectors.match(pod, node)) {
            return Optional.of(
                    Rejection.predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector"));
        }
        if (!NodeFit.hasFreePorts(pod, others)) {
            return Optional.of(
                    Rejection.predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports"));
        }
        if (!NodeFit.mayStayOn(pod, node)) {
            return Optional.of(
                    Rejection.predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate"));
        }
        return Optional.empty();
    }

    /** cpu in millicores, the others in bytes. */
    private static long capacity(NodeConfig config, String name) {
        return switch (name) {
            case "cpu" -> config.cpus() * 1000L;
            case "memory" -> config.memoryBytes();
            default -> STORAGE;
        };
    }
}
