package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import kubelab.controlplane.nodefit.Tolerations;

/**
 * A taint keeps Pods off a node unless they tolerate it. NoSchedule and NoExecute forbid; PreferNoSchedule only makes
 * the node less attractive. (Evicting Pods that run already is the taint-eviction controller's work.)
 */
final class Taints implements Filter, Score {
    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        return node -> Tolerations.allowScheduling(pod, node.node())
                ? Verdict.ok()
                : Verdict.unfit("node(s) had untolerated taint(s)");
    }

    @Override
    public int weight() {
        return 3;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        long[] marks = candidates.stream()
                .mapToLong(node -> Tolerations.discouraging(pod, node.node()))
                .toArray();
        return Score.normalise(marks, true);
    }
}
