package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Key;

/**
 * From what the metrics ask for to what is done: stabilized over time, no faster than the policies allow, between the smallest
 * and the largest number of replicas.
 *
 * <p>Source: normalizeDesiredReplicas and normalizeDesiredReplicasWithBehaviors in pkg/controller/podautoscaler, 1.34.
 */
final class Limits {
    /** Source: horizontal-pod-autoscaler-downscale-stabilization of kube-controller-manager. */
    static final Duration STABILIZATION = Duration.ofMinutes(5);

    private static final int UP_FACTOR = 2;
    private static final int UP_MINIMUM = 4;

    private final Clock clock;
    private final Map<Key, Memory> memories = new ConcurrentHashMap<>();

    private record Memory(Recommendations recommendations, ScaleEvents ups, ScaleEvents downs) {}

    private record Bound(int replicas, String reason, String message) {}

    Limits(Clock clock) {
        this.clock = clock;
    }

    /** An autoscaler sees its target; the first look is remembered as a recommendation. */
    void seen(Key autoscaler, int replicas) {
        memories.computeIfAbsent(
                autoscaler,
                k -> new Memory(new Recommendations(replicas, clock.now()), new ScaleEvents(), new ScaleEvents()));
    }

    void forget(Key autoscaler) {
        memories.remove(autoscaler);
    }

    /** Notes a change that was made; without behavior no rule reads it. */
    void scaled(HorizontalPodAutoscaler autoscaler, int before, int after) {
        HorizontalPodAutoscalerBehavior behavior = autoscaler.getSpec().getBehavior();
        if (behavior == null) {
            return;
        }
        Memory memory = memory(autoscaler);
        if (after > before) {
            memory.ups().add(after - before, behavior.getScaleUp(), clock.now());
        } else {
            memory.downs().add(before - after, behavior.getScaleDown(), clock.now());
        }
    }

    // tag::normalize[]
    /** @return the replicas that the target shall have; the conditions say why they are not those wanted */
    int normalize(HorizontalPodAutoscaler autoscaler, int current, int wanted, int least, Conditions conditions) {
        HorizontalPodAutoscalerBehavior behavior = autoscaler.getSpec().getBehavior();
        int most = autoscaler.getSpec().getMaxReplicas();
        Memory memory = memory(autoscaler);
        int stable = behavior == null
                ? memory.recommendations().largest(wanted, STABILIZATION, clock.now())
                : memory.recommendations()
                        .agreed(
                                current,
                                wanted,
                                window(behavior.getScaleUp(), Duration.ZERO),
                                window(behavior.getScaleDown(), STABILIZATION),
                                clock.now());
        if (stable == wanted) {
            conditions.set(Conditions.ABLE_TO_SCALE, true, "ReadyForNewScale", "recommended size matches current size");
        } else if (behavior != null && wanted >= current) {
            conditions.set(
                    Conditions.ABLE_TO_SCALE,
                    true,
                    "ScaleUpStabilized",
                    "recent recommendations were lower than current one, applying the lowest recent recommendation");
        } else {
            conditions.set(
                    Conditions.ABLE_TO_SCALE,
                    true,
                    "ScaleDownStabilized",
                    "recent recommendations were higher than current one, applying the highest recent recommendation");
        }
        Bound bound = behavior == null
                ? bounded(current, stable, least, most)
                : bounded(current, stable, least, most, behavior, memory, clock.now());
        conditions.set(Conditions.SCALING_LIMITED, bound.replicas() != stable, bound.reason(), bound.message());
        return bound.replicas();
    }
    // end::normalize[]

    private static Bound bounded(int current, int wanted, int least, int most) {
        if (wanted < least) {
            return tooFew(least);
        }
        return upTo(wanted, Math.max(UP_FACTOR * current, UP_MINIMUM), most);
    }

    private static Bound bounded(
            int current,
            int wanted,
            int least,
            int most,
            HorizontalPodAutoscalerBehavior behavior,
            Memory memory,
            Instant now) {
        if (wanted > current) {
            int limit = limit(behavior.getScaleUp(), current, memory, now, true);
            return upTo(wanted, Math.max(limit, current), most);
        }
        if (wanted < current) {
            int limit = Math.min(limit(behavior.getScaleDown(), current, memory, now, false), current);
            if (least < limit) {
                return wanted < limit
                        ? new Bound(
                                limit,
                                "ScaleDownLimit",
                                "the desired replica count is decreasing faster than the maximum scale rate")
                        : within(wanted);
            }
            return wanted < least ? tooFew(least) : within(wanted);
        }
        return within(wanted);
    }

    private static Bound upTo(int wanted, int limit, int most) {
        if (wanted <= Math.min(limit, most)) {
            return within(wanted);
        }
        return most > limit
                ? new Bound(
                        limit,
                        "ScaleUpLimit",
                        "the desired replica count is increasing faster than the maximum scale rate")
                : new Bound(
                        most, "TooManyReplicas", "the desired replica count is more than the maximum replica count");
    }

    private static Bound tooFew(int least) {
        return new Bound(least, "TooFewReplicas", "the desired replica count is less than the minimum replica count");
    }

    private static Bound within(int wanted) {
        return new Bound(wanted, "DesiredWithinRange", "the desired count is within the acceptable range");
    }

    /** What the policies allow now: each counts from what there was at the beginning of its period. */
    private static int limit(HPAScalingRules rules, int current, Memory memory, Instant now, boolean up) {
        String select = Objects.requireNonNullElse(rules.getSelectPolicy(), "Max");
        if (select.equals("Disabled")) {
            return current;
        }
        IntUnaryOperator allowed = policy -> {
            HPAScalingPolicy p = rules.getPolicies().get(policy);
            int start = current
                    - memory.ups().within(p.getPeriodSeconds(), now)
                    + memory.downs().within(p.getPeriodSeconds(), now);
            if (p.getType().equals("Pods")) {
                return up ? start + p.getValue() : start - p.getValue();
            }
            double share = p.getValue() / 100.0;
            // Up is rounded up, for else one replica would stay one for ever.
            return up ? (int) Math.ceil(start * (1 + share)) : (int) (start * (1 - share));
        };
        var all =
                java.util.stream.IntStream.range(0, rules.getPolicies().size()).map(allowed);
        boolean largest = up != select.equals("Min");
        return largest ? all.max().orElse(Integer.MIN_VALUE) : all.min().orElse(Integer.MAX_VALUE);
    }

    private static Duration window(HPAScalingRules rules, Duration missing) {
        return rules.getStabilizationWindowSeconds() == null
                ? missing
                : Duration.ofSeconds(rules.getStabilizationWindowSeconds());
    }

    private Memory memory(HorizontalPodAutoscaler autoscaler) {
        return Objects.requireNonNull(memories.get(Key.of(autoscaler)), "an autoscaler is seen before it decides");
    }
}
