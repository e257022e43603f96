package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.function.Predicate;
import kubelab.controlplane.nodefit.HostPorts;
import kubelab.controlplane.nodefit.Tolerations;
import kubelab.controlplane.scheduler.Filter.Check;
import kubelab.controlplane.scheduler.Filter.Verdict;

/** The short rules: cordoned nodes, a node asked for by name, ports of the host. */
final class NodeRules {
    private NodeRules() {}

    /** {@code kubectl cordon} keeps new Pods away, unless they tolerate just that. */
    static final class Unschedulable implements Filter {
        @Override
        public String name() {
            return "NodeUnschedulable";
        }

        @Override
        public Check prepare(Pod pod, List<NodeInfo> nodes) {
            boolean tolerated = Tolerations.tolerates(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule");
            return node ->
                    !tolerated && Boolean.TRUE.equals(node.node().getSpec().getUnschedulable())
                            ? Verdict.unfit("node(s) were unschedulable")
                            : Verdict.ok();
        }
    }

    /** Only for Pods that name their node before they are scheduled; such Pods normally never come here. */
    static final class Named implements Filter {
        @Override
        public String name() {
            return "NodeName";
        }

        @Override
        public Check prepare(Pod pod, List<NodeInfo> nodes) {
            String wanted = pod.getSpec().getNodeName();
            return node -> wanted == null || wanted.isEmpty() || wanted.equals(node.name())
                    ? Verdict.ok()
                    : Verdict.unfit("node(s) didn't match the requested node name");
        }
    }

    /** Two Pods of a node cannot have the same port of the host, unless on different addresses or protocols. */
    static final class NodePorts implements Filter {
        @Override
        public String name() {
            return "NodePorts";
        }

        @Override
        public Check prepare(Pod pod, List<NodeInfo> nodes) {
            List<ContainerPort> wanted = PodInfo.of(pod).hostPorts();
            if (wanted.isEmpty()) {
                return node -> Verdict.ok();
            }
            Predicate<ContainerPort> clashes = taken -> wanted.stream().anyMatch(port -> HostPorts.clash(port, taken));
            return node ->
                    node.pods().stream().flatMap(p -> p.hostPorts().stream()).anyMatch(clashes)
                            ? Verdict.occupied("node(s) didn't have free ports for the requested pod ports")
                            : Verdict.ok();
        }
    }
}
