package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Amounts of resources by name: {@code cpu} in millicores, everything else in its own unit (bytes, pieces).
 *
 * @param amounts what is not named is zero
 */
public record Resources(Map<String, Long> amounts) {
    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        amounts = Map.copyOf(amounts);
    }

    public static Resources of(@Nullable Map<String, Quantity> quantities) {
        if (quantities == null || quantities.isEmpty()) {
            return NONE;
        }
        Map<String, Long> amounts = new HashMap<>();
        quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        return new Resources(amounts);
    }

    /**
     * What a Pod asks for: all containers together, or its hungriest init container if that is more (they run one after
     * another, beside the sidecars that started before them), plus the Pod's overhead.
     */
    public static Resources requestedBy(Pod pod) {
        Resources containers = NONE;
        for (Container container : pod.getSpec().getContainers()) {
            containers = containers.plus(requestedBy(container));
        }
        Resources sidecars = NONE;
        Resources starting = NONE;
        for (Container init : orEmpty(pod.getSpec().getInitContainers())) {
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.plus(requestedBy(init));
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(requestedBy(init)));
            }
        }
        return containers.plus(sidecars).max(starting).plus(of(pod.getSpec().getOverhead()));
    }

    public long get(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    public Resources plus(Resources other) {
        if (other.amounts.isEmpty()) {
            return this;
        }
        Map<String, Long> sum = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Long::sum));
        return new Resources(sum);
    }

    public Resources max(Resources other) {
        Map<String, Long> larger = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> larger.merge(name, amount, Math::max));
        return new Resources(larger);
    }

    private static Resources requestedBy(Container container) {
        return container.getResources() == null
                ? NONE
                : of(container.getResources().getRequests());
    }

    private static long amount(String name, Quantity quantity) {
        BigDecimal value = Quantity.getAmountInBytes(quantity);
        BigDecimal scaled = name.equals("cpu") ? value.movePointRight(3) : value;
        return scaled.setScale(0, RoundingMode.CEILING).longValue();
    }

    private static List<Container> orEmpty(@Nullable List<Container> containers) {
        return Objects.requireNonNullElse(containers, List.of());
    }
}
