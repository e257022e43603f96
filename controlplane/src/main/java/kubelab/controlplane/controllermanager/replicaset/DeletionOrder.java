package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * Which Pods are given up first: those that serve least and were cheapest to make.
 *
 * <p>Source: {@code pkg/controller/controller_utils.go} (ActivePodsWithRanks), 1.34. Simplified: ages are compared
 * directly, not on upstream's logarithmic scale.
 */
final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private DeletionOrder() {}

    /** {@code pods} in the order in which they go; {@code related} decides which node is fullest. */
    static List<Pod> of(List<Pod> pods, List<Pod> related) {
        Map<String, Integer> perNode = new HashMap<>();
        related.forEach(p -> perNode.merge(node(p), 1, Integer::sum));
        Comparator<Pod> order = Comparator.comparing((Pod p) -> !node(p).isEmpty())
                .thenComparing(p -> switch (PodState.phase(p)) {
                    case "Pending" -> 0;
                    case "Unknown" -> 1;
                    default -> 2;
                })
                .thenComparing(PodState::isReady)
                .thenComparing(DeletionOrder::cost)
                .thenComparing(p -> -perNode.getOrDefault(node(p), 0))
                .thenComparing(DeletionOrder::readySince, Comparator.reverseOrder())
                .thenComparing(p -> -restarts(p))
                .thenComparing(p -> p.getMetadata().getCreationTimestamp(), Comparator.reverseOrder());
        return pods.stream().sorted(order).toList();
    }

    private static String node(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    private static int cost(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        try {
            return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(COST, "0"));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static String readySince(Pod pod) {
        return PodState.condition(pod, "Ready")
                .filter(c -> c.getStatus().equals("True"))
                .map(PodCondition::getLastTransitionTime)
                .orElse("");
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
                ? 0
                : pod.getStatus().getContainerStatuses().stream()
                        .mapToInt(ContainerStatus::getRestartCount)
                        .max()
                        .orElse(0);
    }
}
