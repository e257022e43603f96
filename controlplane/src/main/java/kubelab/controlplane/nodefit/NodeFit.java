package kubelab.controlplane.nodefit;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The rules about a Pod and a node alone, whatever else runs there; for components that place Pods by the node. */
public final class NodeFit {
    private NodeFit() {}

    /** Whether selector and affinity match and all forbidding taints are tolerated. */
    public static boolean mayRunOn(Pod pod, Node node) {
        return NodeSelectors.match(pod, node) && Tolerations.allowScheduling(pod, node);
    }

    /** Whether the Pod tolerates all taints that drive Pods away from a node. */
    public static boolean mayStayOn(Pod pod, Node node) {
        return Tolerations.allowStaying(pod, node);
    }

    /** Whether none of {@code others} has a port of the host that the Pod wants. */
    public static boolean hasFreePorts(Pod pod, List<Pod> others) {
        return HostPorts.of(pod).stream().noneMatch(port -> others.stream()
                .flatMap(other -> HostPorts.of(other).stream())
                .anyMatch(taken -> HostPorts.clash(port, taken)));
    }
}
