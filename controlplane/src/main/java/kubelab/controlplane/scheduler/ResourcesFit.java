package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kubelab.controlplane.nodefit.Resources;

/**
 * What a Pod requests must be left on the node. Requests count, not usage: a node of idle Pods with large requests is
 * full, one of busy Pods without requests is empty. As a score: the node with more left is better.
 */
final class ResourcesFit implements Filter, Score {
    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    // tag::fit[]
    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        Resources wanted = Resources.requestedBy(pod);
        SortedMap<String, Long> amounts = new TreeMap<>(wanted.amounts());
        return node -> {
            List<String> reasons = new ArrayList<>();
            boolean couldEver = true;
            if (node.pods().size() + 1 > node.allocatable().get("pods")) {
                reasons.add("Too many pods");
            }
            for (var request : amounts.entrySet()) {
                String name = request.getKey();
                long allocatable = node.allocatable().get(name);
                if (request.getValue() > 0
                        && request.getValue() > allocatable - node.requested().get(name)) {
                    reasons.add("Insufficient " + name);
                    couldEver &= request.getValue() <= allocatable;
                }
            }
            return reasons.isEmpty() ? Verdict.ok() : new Verdict(reasons, couldEver);
        };
    }
    // end::fit[]

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        Resources wanted = Resources.scoredFor(pod);
        long[] marks = new long[candidates.size()];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = (left(candidates.get(i), wanted, "cpu") + left(candidates.get(i), wanted, "memory")) / 2;
        }
        return marks;
    }

    private static long left(NodeInfo node, Resources wanted, String name) {
        long allocatable = node.allocatable().get(name);
        long used = node.scored().get(name) + wanted.get(name);
        return allocatable <= 0 || used > allocatable ? 0 : (allocatable - used) * MAX / allocatable;
    }
}
