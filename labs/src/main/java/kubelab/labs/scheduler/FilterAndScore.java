package kubelab.labs.scheduler;

import kubelab.labkit.PodScheduler;

/**
 * scheduler-4: which nodes can take a Pod, and which of them is best.
 *
 * <p>A PodInfo has {@code cpuMillis()}, {@code memoryBytes()}, {@code nodeSelector()} and {@code tolerations()}. A NodeInfo
 * has {@code labels()}, {@code taints()}, {@code unschedulable()}, {@code pods()}, which are PodInfos, and {@code
 * allocatable()}. An Allocatable has {@code cpuMillis()}, {@code memoryBytes()} and {@code pods()}, a number.
 */
public class FilterAndScore implements PodScheduler {
    @Override
    public boolean filter(PodInfo pod, NodeInfo node) {
        return false; // TODO scheduler-4: room, cordoned or not, labels, taints
    }

    @Override
    public int score(PodInfo pod, NodeInfo node) {
        return 0; // TODO scheduler-4: the free share of its CPU; PreferNoSchedule
    }

    /** What the Pods of a node request in all, in millicores. */
    private static long cpuTaken(NodeInfo node) {
        return 0; // TODO scheduler-4: a sum over node.pods()
    }

    /** Whether the Pod has a toleration that matches the taint: by key, value and effect, where these are given. */
    private static boolean tolerates(PodInfo pod, Taint taint) {
        return pod.tolerations().stream()
                .anyMatch(t -> (t.effect().isEmpty() || t.effect().equals(taint.effect()))
                        && (t.key().isEmpty() || t.key().equals(taint.key()))
                        && (t.operator().equals("Exists") || t.value().equals(taint.value())));
    }
}
