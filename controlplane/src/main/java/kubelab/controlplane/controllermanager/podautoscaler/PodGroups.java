package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * A target's Pods by what their figures are worth: those that count, those not ready yet, those without a figure, and those
 * that are finished or on their way out.
 *
 * <p>Source: groupPods in pkg/controller/podautoscaler/replica_calculator.go, 1.34.
 *
 * @param ready how many count
 * @param unready names
 * @param missing names
 * @param ignored names
 */
record PodGroups(int ready, Set<String> unready, Set<String> missing, Set<String> ignored) {
    /** So long after a Pod's start its CPU use may be that of starting. */
    static final Duration CPU_INITIALIZATION = Duration.ofMinutes(5);
    /** A Pod that became unready so soon after its start has never been ready. */
    static final Duration INITIAL_READINESS_DELAY = Duration.ofSeconds(30);

    static PodGroups of(List<Pod> pods, Map<String, PodMetric> metrics, String resource, Instant now) {
        int ready = 0;
        Set<String> unready = new HashSet<>();
        Set<String> missing = new HashSet<>();
        Set<String> ignored = new HashSet<>();
        for (Pod pod : pods) {
            String name = pod.getMetadata().getName();
            PodMetric metric = metrics.get(name);
            if (PodState.isTerminating(pod) || PodState.phase(pod).equals("Failed")) {
                ignored.add(name);
            } else if (PodState.phase(pod).equals("Pending")) {
                unready.add(name);
            } else if (metric == null) {
                missing.add(name);
            } else if (resource.equals("cpu") && isStarting(pod, metric, now)) {
                unready.add(name);
            } else {
                ready++;
            }
        }
        return new PodGroups(ready, unready, missing, ignored);
    }

    /** Whether the figure may be from before the Pod did its real work. */
    private static boolean isStarting(Pod pod, PodMetric metric, Instant now) {
        Optional<PodCondition> condition = PodState.condition(pod, "Ready");
        if (condition.isEmpty() || pod.getStatus().getStartTime() == null) {
            return true;
        }
        Instant started = Instant.parse(pod.getStatus().getStartTime());
        Instant changed = condition
                .map(PodCondition::getLastTransitionTime)
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
        boolean unready = condition.get().getStatus().equals("False");
        if (started.plus(CPU_INITIALIZATION).isAfter(now)) {
            return unready || metric.timestamp().isBefore(changed.plus(metric.window()));
        }
        return unready && started.plus(INITIAL_READINESS_DELAY).isAfter(changed);
    }
}
