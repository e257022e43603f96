package kubelab.controlplane.nodefit;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which taints a Pod tolerates.
 *
 * <p>Source: k8s.io/component-helpers/scheduling/corev1, release 1.34.
 */
public final class Tolerations {
    private Tolerations() {}

    /** Whether no taint forbids the Pod to come: NoSchedule and NoExecute do, PreferNoSchedule does not. */
    public static boolean allowScheduling(Pod pod, Node node) {
        return taints(node).stream()
                .filter(t -> !"PreferNoSchedule".equals(t.getEffect()))
                .allMatch(t -> tolerates(pod, t));
    }

    /** Whether the Pod tolerates all taints that drive Pods away from a node. */
    public static boolean allowStaying(Pod pod, Node node) {
        return taints(node).stream()
                .filter(t -> "NoExecute".equals(t.getEffect()))
                .allMatch(t -> tolerates(pod, t));
    }

    /** How many PreferNoSchedule taints the Pod does not tolerate. */
    public static long discouraging(Pod pod, Node node) {
        return taints(node).stream()
                .filter(t -> "PreferNoSchedule".equals(t.getEffect()))
                .filter(t -> !tolerates(pod, t))
                .count();
    }

    /** Whether one of the Pod's tolerations is for such a taint. */
    public static boolean tolerates(Pod pod, String key, String value, String effect) {
        List<Toleration> tolerations = Objects.requireNonNullElse(pod.getSpec().getTolerations(), List.of());
        return tolerations.stream().anyMatch(t -> {
            if (!text(t.getEffect()).isEmpty() && !t.getEffect().equals(effect)) {
                return false;
            }
            if (!text(t.getKey()).isEmpty() && !t.getKey().equals(key)) {
                return false;
            }
            return "Exists".equals(t.getOperator())
                    || text(t.getValue()).equals(value) && !text(t.getKey()).isEmpty();
        });
    }

    private static boolean tolerates(Pod pod, Taint taint) {
        return tolerates(pod, taint.getKey(), text(taint.getValue()), taint.getEffect());
    }

    private static List<Taint> taints(Node node) {
        return Objects.requireNonNullElse(node.getSpec().getTaints(), List.of());
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
