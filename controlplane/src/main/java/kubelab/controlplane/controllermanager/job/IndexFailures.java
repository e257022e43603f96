package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Failures counted for each index of its own ({@code backoffLimitPerIndex}). How often an index has failed stands in an
 * annotation of its Pod; so a failed Pod keeps its finalizer until the next one of its index has the count.
 *
 * <p>Source: {@code pkg/controller/job/indexed_job_utils.go}, 1.34.
 *
 * @param failed indexes that are given up
 * @param last index → the failed Pod that holds its count
 */
record IndexFailures(SortedSet<Integer> failed, Map<Integer, Pod> last) {
    private static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    private static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    static boolean areCounted(Job job) {
        return JobProgress.isIndexed(job) && job.getSpec().getBackoffLimitPerIndex() != null;
    }

    /**
     * @param pods the Job's failed Pods that still have their finalizer
     * @param completed indexes that succeeded
     * @param active Pods that run
     */
    static IndexFailures of(Job job, List<Pod> pods, SortedSet<Integer> completed, List<Pod> active) {
        SortedSet<Integer> failed =
                Indexes.parse(job.getStatus() == null ? null : job.getStatus().getFailedIndexes());
        pods.stream().filter(p -> givesUp(job, p)).forEach(p -> Indexes.of(p).ifPresent(failed::add));
        Set<Integer> settled = new HashSet<>(completed);
        settled.addAll(failed);
        active.forEach(p -> Indexes.of(p).ifPresent(settled::add));
        Map<Integer, Pod> last = new LinkedHashMap<>();
        for (Pod pod : pods) {
            OptionalInt index = Indexes.of(pod);
            if (index.isPresent() && !settled.contains(index.getAsInt())) {
                last.merge(index.getAsInt(), pod, (one, other) -> isLater(other, one) ? other : one);
            }
        }
        return new IndexFailures(failed, last);
    }

    /** Why the Job fails for its indexes, if it does. */
    Optional<JobProgress.Outcome> outcome(Job job, int completed) {
        Integer most = job.getSpec().getMaxFailedIndexes();
        if (most != null && failed.size() > most) {
            return Optional.of(new JobProgress.Outcome(
                    false,
                    "MaxFailedIndexesExceeded",
                    "Job has exceeded the specified maximal number of failed indexes"));
        }
        if (!failed.isEmpty() && failed.size() + completed >= job.getSpec().getCompletions()) {
            return Optional.of(new JobProgress.Outcome(false, "FailedIndexes", "Job has failed indexes"));
        }
        return Optional.empty();
    }

    boolean isHeld(Pod pod) {
        return contains(last.values(), pod);
    }

    /** How long this index must wait for its next Pod. */
    Duration backoff(int index, Instant now) {
        Pod before = last.get(index);
        return before == null
                ? Duration.ZERO
                : new Backoff(number(before, FAILURES) + number(before, IGNORED) + 1, Backoff.ended(before)).left(now);
    }

    /** The annotations that the next Pod of the index carries. */
    Map<String, String> annotations(Job job, int index) {
        Pod before = last.get(index);
        int failures = before == null ? 0 : number(before, FAILURES);
        int ignored = before == null ? 0 : number(before, IGNORED);
        if (before != null) {
            boolean counts = FailurePolicy.counts(job, before);
            failures += counts ? 1 : 0;
            ignored += counts ? 0 : 1;
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(FAILURES, Integer.toString(failures));
        if (ignored > 0) {
            annotations.put(IGNORED, Integer.toString(ignored));
        }
        return annotations;
    }

    private static boolean givesUp(Job job, Pod pod) {
        return switch (FailurePolicy.judge(job, pod).action()) {
            case FAIL_INDEX -> true;
            case IGNORE -> false;
            default -> number(pod, FAILURES) >= job.getSpec().getBackoffLimitPerIndex();
        };
    }

    private static boolean isLater(Pod one, Pod other) {
        return number(one, FAILURES) + number(one, IGNORED) >= number(other, FAILURES) + number(other, IGNORED)
                && !Backoff.ended(one).isBefore(Backoff.ended(other));
    }

    private static boolean contains(Collection<Pod> pods, Pod pod) {
        return pods.stream()
                .anyMatch(p -> p.getMetadata().getUid().equals(pod.getMetadata().getUid()));
    }

    private static int number(Pod pod, String annotation) {
        @Nullable Map<String, String> annotations = pod.getMetadata().getAnnotations();
        try {
            return annotations == null
                    ? 0
                    : Integer.parseInt(Objects.requireNonNullElse(annotations.get(annotation), "0"));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
