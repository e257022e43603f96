package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The rules about a Pod and a node alone, whatever else runs there; for those who place Pods by the node. */
public final class NodeFit {
    private NodeFit() {}

    /** Whether selector and affinity match and all forbidding taints are tolerated. */
    public static boolean mayRunOn(Pod pod, Node node) {
        NodeInfo info = NodeInfo.of(node, List.of());
        return NodeAffinityRule.matches(pod, info)
                && new Taints().prepare(pod, List.of(info)).of(info).isOk();
    }
}
