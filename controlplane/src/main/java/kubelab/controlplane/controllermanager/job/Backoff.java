package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * How long a Job waits after failures before it starts another Pod: 10 s after the first, 20 s after a second in a row,
 * and so on.
 *
 * <p>Source: {@code pkg/controller/job/backoff_utils.go}, 1.34.
 *
 * @param failures in a row
 * @param last when the last of them was
 */
record Backoff(int failures, Instant last) {
    static final Backoff NONE = new Backoff(0, Instant.EPOCH);
    /** The wait after a first failure; it doubles with each further one. */
    static final Duration FIRST = Duration.ofSeconds(10);

    static final Duration LONGEST = Duration.ofMinutes(10);

    /** After Pods that have ended since: a success begins the count again. */
    Backoff after(List<Pod> succeeded, List<Pod> failed) {
        Instant success = succeeded.stream()
                .map(Backoff::ended)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        List<Instant> ends = failed.stream()
                .map(Backoff::ended)
                .filter(end -> end.isAfter(success))
                .toList();
        Backoff base = succeeded.isEmpty() ? this : NONE;
        return ends.isEmpty()
                ? base
                : new Backoff(
                        base.failures + ends.size(),
                        ends.stream().max(Comparator.naturalOrder()).orElse(base.last));
    }

    /** How long to wait from now on; zero when no longer. */
    Duration left(Instant now) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        Duration bounded = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        Duration left = Duration.between(now, last.plus(bounded));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** When the Pod's last container ended, or when the Pod was deleted, or as a last resort when it was made. */
    static Instant ended(Pod pod) {
        if (pod.getStatus() != null) {
            List<ContainerStatus> all = Stream.of(
                            pod.getStatus().getContainerStatuses(),
                            pod.getStatus().getInitContainerStatuses())
                    .flatMap(list -> Objects.requireNonNullElse(list, List.<ContainerStatus>of()).stream())
                    .toList();
            List<Instant> ends = all.stream()
                    .filter(c -> c.getState() != null && c.getState().getTerminated() != null)
                    .map(c -> c.getState().getTerminated().getFinishedAt())
                    .filter(Objects::nonNull)
                    .map(Instant::parse)
                    .toList();
            if (!ends.isEmpty() && !PodState.phase(pod).equals("Running")) {
                return ends.stream().max(Comparator.naturalOrder()).orElseThrow();
            }
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            long grace = Objects.requireNonNullElse(pod.getMetadata().getDeletionGracePeriodSeconds(), 0L);
            return Instant.parse(pod.getMetadata().getDeletionTimestamp()).minusSeconds(grace);
        }
        return Instant.parse(pod.getMetadata().getCreationTimestamp());
    }
}
