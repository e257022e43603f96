package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import kubelab.labkit.PodScheduler.Allocatable;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;
import kubelab.labkit.PodScheduler.Taint;
import kubelab.labkit.PodScheduler.Toleration;
import org.jspecify.annotations.Nullable;

/** Kubernetes objects as the records that a scheduler gets. */
public final class Infos {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private Infos() {}

    public static PodInfo of(Pod pod) {
        return new PodInfo(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                orEmpty(pod.getMetadata().getLabels()),
                request(pod, "cpu", THOUSAND),
                request(pod, "memory", BigDecimal.ONE),
                orEmpty(pod.getSpec().getNodeSelector()),
                pod.getSpec().getTolerations().stream()
                        .map(t -> new Toleration(
                                orEmpty(t.getKey()),
                                t.getOperator() == null ? "Equal" : t.getOperator(),
                                orEmpty(t.getValue()),
                                orEmpty(t.getEffect())))
                        .toList(),
                pod.getSpec().getPriority() == null ? 0 : pod.getSpec().getPriority());
    }

    /**
     * @param pods those that are bound to this node and not over
     */
    public static NodeInfo of(Node node, List<PodInfo> pods) {
        Map<String, Quantity> allocatable =
                node.getStatus() == null ? Map.of() : orEmpty(node.getStatus().getAllocatable());
        return new NodeInfo(
                node.getMetadata().getName(),
                orEmpty(node.getMetadata().getLabels()),
                node.getSpec().getTaints().stream()
                        .map(t -> new Taint(orEmpty(t.getKey()), orEmpty(t.getValue()), orEmpty(t.getEffect())))
                        .toList(),
                Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                new Allocatable(
                        amount(allocatable.get("cpu"), THOUSAND),
                        amount(allocatable.get("memory"), BigDecimal.ONE),
                        (int) amount(allocatable.get("pods"), BigDecimal.ONE)),
                pods);
    }

    /** Whether it has ended and takes up no room any more. */
    public static boolean isOver(Pod pod) {
        return pod.getStatus() != null
                && ("Succeeded".equals(pod.getStatus().getPhase())
                        || "Failed".equals(pod.getStatus().getPhase()));
    }

    /**
     * Containers run side by side, so their requests add up; init containers run one after another before them, except
     * for sidecars, which stay.
     *
     * <p>Source: k8s.io/component-helpers/resource (PodRequests), release 1.34. Simplified: no Pod-level resources.
     */
    private static long request(Pod pod, String resource, BigDecimal unit) {
        long side = 0;
        long highest = 0;
        for (Container init : pod.getSpec().getInitContainers()) {
            long own = request(init, resource, unit);
            if ("Always".equals(init.getRestartPolicy())) {
                side += own;
                highest = Math.max(highest, side);
            } else {
                highest = Math.max(highest, side + own);
            }
        }
        long sum = side;
        for (Container container : pod.getSpec().getContainers()) {
            sum += request(container, resource, unit);
        }
        return Math.max(sum, highest)
                + amount(orEmpty(pod.getSpec().getOverhead()).get(resource), unit);
    }

    private static long request(Container container, String resource, BigDecimal unit) {
        return container.getResources() == null
                ? 0
                : amount(orEmpty(container.getResources().getRequests()).get(resource), unit);
    }

    private static long amount(@Nullable Quantity quantity, BigDecimal unit) {
        return quantity == null
                ? 0
                : quantity.getNumericalAmount()
                        .multiply(unit)
                        .setScale(0, RoundingMode.CEILING)
                        .longValue();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
