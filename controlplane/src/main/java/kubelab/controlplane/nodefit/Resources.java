package kubelab.controlplane.nodefit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Amounts of resources by name: {@code cpu} in millicores, everything else in its own unit (bytes, pieces).
 *
 * @param amounts what is not named is zero
 */
public record Resources(Map<String, Long> amounts) {
    public static final Resources NONE = new Resources(Map.of());
    private static final Resources LITTLE = new Resources(Map.of("cpu", 100L, "memory", 200L * 1024 * 1024));

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
        return together(pod, NONE).orPodLevel(pod).plus(of(pod.getSpec().getOverhead()));
    }

    /**
     * What a Pod counts in the scores: containers that ask for no CPU or memory count as a little, or all Pods without
     * requests would land on one node.
     */
    public static Resources scoredFor(Pod pod) {
        return together(pod, LITTLE).orPodLevel(pod).plus(of(pod.getSpec().getOverhead()));
    }

    /** The sum over Pods, in whatever form, of one of their amounts. */
    public static <T> Resources sum(Collection<T> pods, Function<T, Resources> of) {
        Map<String, Long> sum = new HashMap<>();
        for (T pod : pods) {
            of.apply(pod).amounts.forEach((name, amount) -> sum.merge(name, amount, Long::sum));
        }
        return sum.isEmpty() ? NONE : new Resources(sum);
    }

    private static Resources together(Pod pod, Resources atLeast) {
        Resources containers = NONE;
        for (Container container : pod.getSpec().getContainers()) {
            containers = containers.plus(requestedBy(container, atLeast));
        }
        Resources sidecars = NONE;
        Resources starting = NONE;
        for (Container init : orEmpty(pod.getSpec().getInitContainers())) {
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.plus(requestedBy(init, atLeast));
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(requestedBy(init, atLeast)));
            }
        }
        return containers.plus(sidecars).max(starting);
    }

    /** What is asked for the Pod as a whole takes the place of what its containers ask for. */
    private Resources orPodLevel(Pod pod) {
        if (pod.getSpec().getResources() == null) {
            return this;
        }
        Map<String, Long> all = new HashMap<>(amounts);
        all.putAll(of(pod.getSpec().getResources().getRequests()).amounts);
        return new Resources(all);
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

    private static Resources requestedBy(Container container, Resources atLeast) {
        Resources requested = container.getResources() == null
                ? NONE
                : of(container.getResources().getRequests());
        if (atLeast.amounts.isEmpty()) {
            return requested;
        }
        Map<String, Long> all = new HashMap<>(atLeast.amounts);
        all.putAll(requested.amounts);
        return new Resources(all);
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
