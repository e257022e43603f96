package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Objects;

/** The rules about a Pod and a node alone, whatever else runs there; for those who place Pods by the node. */
public final class NodeFit {
    private NodeFit() {}

    /** Whether selector and affinity match and all forbidding taints are tolerated. */
    public static boolean mayRunOn(Pod pod, Node node) {
        NodeInfo info = NodeInfo.of(node, List.of());
        return isSelected(pod, node)
                && new Taints().prepare(pod, List.of(info)).of(info).isOk();
    }

    /** Whether the Pod's node selector and required node affinity match. */
    public static boolean isSelected(Pod pod, Node node) {
        return NodeAffinityRule.matches(pod, NodeInfo.of(node, List.of()));
    }

    /** Whether the Pod tolerates all taints that drive Pods away from a node. */
    public static boolean mayStayOn(Pod pod, Node node) {
        List<Taint> taints = Objects.requireNonNullElse(node.getSpec().getTaints(), List.of());
        return taints.stream()
                .filter(t -> "NoExecute".equals(t.getEffect()))
                .allMatch(t ->
                        Taints.tolerates(pod, t.getKey(), Objects.requireNonNullElse(t.getValue(), ""), t.getEffect()));
    }

    /** Whether none of {@code others} has a port of the host that the Pod wants. */
    public static boolean hasFreePorts(Pod pod, Node node, List<Pod> others) {
        if (PodInfo.of(pod).hostPorts().isEmpty()) {
            return true;
        }
        NodeInfo info = NodeInfo.of(node, others);
        return new NodeRules.HostPorts().prepare(pod, List.of(info)).of(info).isOk();
    }
}
