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
        // tag::solution[] filter
        // starter: return false; // TODO scheduler-4: room, cordoned or not, labels, taints
        long memory = node.pods().stream().mapToLong(PodInfo::memoryBytes).sum();
        return cpuTaken(node) + pod.cpuMillis() <= node.allocatable().cpuMillis()
                && memory + pod.memoryBytes() <= node.allocatable().memoryBytes()
                && node.pods().size() < node.allocatable().pods()
                && !node.unschedulable()
                && node.labels().entrySet().containsAll(pod.nodeSelector().entrySet())
                && node.taints().stream()
                        .allMatch(taint -> taint.effect().equals("PreferNoSchedule") || tolerates(pod, taint));
        // end::solution[]
    }

    @Override
    public int score(PodInfo pod, NodeInfo node) {
        // tag::solution[] score
        // starter: return 0; // TODO scheduler-4: the free share of its CPU; PreferNoSchedule
        boolean rather = node.taints().stream()
                .allMatch(taint -> !taint.effect().equals("PreferNoSchedule") || tolerates(pod, taint));
        long total = Math.max(1, node.allocatable().cpuMillis());
        return (int) (100 * (total - cpuTaken(node)) / total) - (rather ? 0 : 1000);
        // end::solution[]
    }

    /** What the Pods of a node request in all, in millicores. */
    private static long cpuTaken(NodeInfo node) {
        // tag::solution[] taken
        // starter: return 0; // TODO scheduler-4: a sum over node.pods()
        return node.pods().stream().mapToLong(PodInfo::cpuMillis).sum();
        // end::solution[]
    }

    /** Whether the Pod has a toleration that matches the taint: by key, value and effect, where these are given. */
    private static boolean tolerates(PodInfo pod, Taint taint) {
        return pod.tolerations().stream()
                .anyMatch(t -> (t.effect().isEmpty() || t.effect().equals(taint.effect()))
                        && (t.key().isEmpty() || t.key().equals(taint.key()))
                        && (t.operator().equals("Exists") || t.value().equals(taint.value())));
    }
}
