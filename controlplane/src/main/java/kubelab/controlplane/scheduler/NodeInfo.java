package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node and what is on it, as the scheduler decides from it.
 *
 * @param pods all that count: bound ones that have not ended, and those just assigned
 * @param requested the sum of their requests
 */
public record NodeInfo(Node node, List<Pod> pods, Resources allocatable, Resources requested) {
    public NodeInfo {
        pods = List.copyOf(pods);
    }

    public static NodeInfo of(Node node, List<Pod> pods) {
        Resources requested = Resources.NONE;
        for (Pod pod : pods) {
            requested = requested.plus(Resources.requestedBy(pod));
        }
        Resources allocatable = node.getStatus() == null
                ? Resources.NONE
                : Resources.of(node.getStatus().getAllocatable());
        return new NodeInfo(node, pods, allocatable, requested);
    }

    public String name() {
        return node.getMetadata().getName();
    }

    public Map<String, String> labels() {
        return Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
    }

    public @Nullable String label(String key) {
        return labels().get(key);
    }

    static Affinity affinity(Pod pod) {
        return Objects.requireNonNullElseGet(pod.getSpec().getAffinity(), Affinity::new);
    }
}
