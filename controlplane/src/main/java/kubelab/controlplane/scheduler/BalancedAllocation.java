package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import kubelab.controlplane.nodefit.Resources;

/** Prefers nodes whose CPU and memory fill evenly: a node that is out of one has no use for the rest of the other. */
final class BalancedAllocation implements Score {
    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        Resources wanted = Resources.requestedBy(pod);
        long[] marks = new long[candidates.size()];
        if (wanted.get("cpu") == 0 && wanted.get("memory") == 0) {
            return marks;
        }
        for (int i = 0; i < marks.length; i++) {
            NodeInfo node = candidates.get(i);
            double apart = Math.abs(fraction(node, wanted, "cpu") - fraction(node, wanted, "memory")) / 2;
            marks[i] = (long) ((1 - apart) * MAX);
        }
        return marks;
    }

    private static double fraction(NodeInfo node, Resources wanted, String name) {
        long allocatable = node.allocatable().get(name);
        long used = node.requested().get(name) + wanted.get(name);
        return allocatable <= 0 ? 1 : Math.min(1, used / (double) allocatable);
    }
}
