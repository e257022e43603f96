package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes that were made in one direction, of one autoscaler: policies allow so much change in so many seconds.
 *
 * <p>Source: storeScaleEvent and getReplicasChangePerPeriod in pkg/controller/podautoscaler/horizontal.go, 1.34.
 */
final class ScaleEvents {
    private final List<At> all = new ArrayList<>();

    private record At(int change, Instant time) {}

    /** Notes a change; what no policy of {@code rules} reaches any more is forgotten. */
    void add(int change, HPAScalingRules rules, Instant now) {
        int longest = rules.getPolicies().stream()
                .mapToInt(HPAScalingPolicy::getPeriodSeconds)
                .max()
                .orElse(0);
        all.removeIf(past -> past.time().isBefore(now.minusSeconds(longest)));
        all.add(new At(change, now));
    }

    /** How many replicas came, or went, in the last seconds. */
    int within(int seconds, Instant now) {
        Instant cutoff = now.minus(Duration.ofSeconds(seconds));
        return all.stream()
                .filter(past -> past.time().isAfter(cutoff))
                .mapToInt(At::change)
                .sum();
    }
}
