package kubelab.labkit;

import java.util.List;
import java.util.Map;

/**
 * A scheduler's two decisions, as in the kube-scheduler's framework: which nodes can take a Pod, and which of these is
 * best. The harness watches Pods with the {@code schedulerName} of this scheduler, asks, and binds. Calls come one at a
 * time; each sees the cluster as it is then, with the Pods that were bound before.
 *
 * <p>Source: k8s.io/kubernetes/pkg/scheduler/framework (FilterPlugin, ScorePlugin), release 1.34.
 */
public interface PodScheduler extends Component {
    /**
     * Whether the node can take the Pod. If no node can, the Pod stays Pending with the event {@code FailedScheduling},
     * and is tried again when the cluster has changed.
     */
    boolean filter(PodInfo pod, NodeInfo node);

    /**
     * How good a node that passed {@link #filter} is for the Pod: the highest score wins, and of several with the same
     * score the first by name. The kube-scheduler's plugins give 0 to 100; here any number will do.
     */
    int score(PodInfo pod, NodeInfo node);

    /**
     * What a scheduler wants to know of a Pod.
     *
     * @param cpuMillis what it requests in all, in millicores; 0 if it requests nothing
     * @param memoryBytes what it requests in all
     * @param nodeSelector labels that its node must have
     * @param priority of its PriorityClass; 0 without one
     */
    record PodInfo(
            String namespace,
            String name,
            Map<String, String> labels,
            long cpuMillis,
            long memoryBytes,
            Map<String, String> nodeSelector,
            List<Toleration> tolerations,
            int priority) {
        public PodInfo {
            labels = Map.copyOf(labels);
            nodeSelector = Map.copyOf(nodeSelector);
            tolerations = List.copyOf(tolerations);
        }
    }

    /**
     * What a scheduler wants to know of a node.
     *
     * @param unschedulable whether it is cordoned
     * @param allocatable how much its Pods may request in all; how much of that is free is for the scheduler to find out
     * @param pods the Pods that are there: bound, and not Succeeded or Failed; of all namespaces
     */
    record NodeInfo(
            String name,
            Map<String, String> labels,
            List<Taint> taints,
            boolean unschedulable,
            Allocatable allocatable,
            List<PodInfo> pods) {
        public NodeInfo {
            labels = Map.copyOf(labels);
            taints = List.copyOf(taints);
            pods = List.copyOf(pods);
        }
    }

    /**
     * @param pods how many Pods the node can hold
     */
    record Allocatable(long cpuMillis, long memoryBytes, int pods) {}

    /**
     * @param value may be empty
     * @param effect NoSchedule, PreferNoSchedule or NoExecute
     */
    record Taint(String key, String value, String effect) {}

    /**
     * @param key empty (with the operator Exists) for every key
     * @param operator Exists or Equal
     * @param value empty where the operator is Exists
     * @param effect empty for every effect
     */
    record Toleration(String key, String operator, String value, String effect) {}
}
