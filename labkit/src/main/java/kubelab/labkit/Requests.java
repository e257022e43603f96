package kubelab.labkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What a Pod asks of its node. Source: pkg/scheduler/framework of Kubernetes 1.34, in own words: the containers and the
 * sidecars together, or the largest init container with the sidecars before it if that is more, and the overhead on top.
 */
final class Requests {
    private Requests() {}

    /**
     * @param resource as in {@code cpu} or {@code memory}
     * @return cores or bytes
     */
    static BigDecimal of(Pod pod, String resource) {
        BigDecimal sidecars = BigDecimal.ZERO;
        BigDecimal peak = BigDecimal.ZERO;
        for (Container init : pod.getSpec().getInitContainers()) {
            BigDecimal own = of(init, resource);
            peak = peak.max(sidecars.add(own));
            if ("Always".equals(init.getRestartPolicy())) sidecars = sidecars.add(own);
        }
        BigDecimal running =
                pod.getSpec().getContainers().stream().map(c -> of(c, resource)).reduce(sidecars, BigDecimal::add);
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        return running.max(peak).add(overhead == null ? BigDecimal.ZERO : amount(overhead, resource));
    }

    /** Of all Pods that have the node and have not ended. */
    static BigDecimal on(List<Pod> pods, String node, String resource) {
        return pods.stream()
                .filter(p -> node.equals(p.getSpec().getNodeName()))
                .filter(p -> !List.of("Succeeded", "Failed")
                        .contains(String.valueOf(p.getStatus().getPhase())))
                .map(p -> of(p, resource))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal of(Container container, String resource) {
        if (container.getResources() == null) return BigDecimal.ZERO;
        return amount(container.getResources().getRequests(), resource);
    }

    private static BigDecimal amount(Map<String, Quantity> amounts, String resource) {
        Quantity quantity = amounts == null ? null : amounts.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}
