package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * What a Job's Pods amount to: how many succeeded and failed (counted before and new), which run, and whether that
 * decides the Job. Pure functions.
 *
 * @param active Pods that neither ended nor are being deleted
 * @param terminating Pods that are being deleted and have not ended
 * @param newSucceeded ended Pods not yet in the Job's numbers
 * @param newFailed the same for failures, a deleted Pod is one
 * @param uncountedSucceeded uids that are about to become part of the number (not for Indexed, whose indexes count)
 * @param uncountedFailed the same for failures
 * @param succeeded all there ever were
 * @param failed all there ever were
 * @param completed indexes that are done (Indexed only)
 */
record JobProgress(
        List<Pod> active,
        List<Pod> terminating,
        List<Pod> newSucceeded,
        List<Pod> newFailed,
        List<String> uncountedSucceeded,
        List<String> uncountedFailed,
        int succeeded,
        int failed,
        SortedSet<Integer> completed) {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";
    /** The wait after a first failure; it doubles with each further one. */
    static final Duration BACKOFF = Duration.ofSeconds(10);

    static final Duration LAST_BACKOFF = Duration.ofMinutes(10);

    /** Why a Job ends. */
    record Outcome(boolean success, String reason, String message) {}

    /**
     * @param counted uids of Pods that are in the Job's numbers although the cache may still show them with the finalizer
     */
    static JobProgress of(Job job, List<Pod> pods, Set<String> counted) {
        List<Pod> active = new ArrayList<>();
        List<Pod> terminating = new ArrayList<>();
        List<Pod> newSucceeded = new ArrayList<>();
        List<Pod> newFailed = new ArrayList<>();
        var status = job.getStatus();
        SortedSet<Integer> completed = Indexes.parse(status == null ? null : status.getCompletedIndexes());
        for (Pod pod : pods) {
            boolean uncounted = pod.getMetadata().getFinalizers().contains(FINALIZER)
                    && !counted.contains(pod.getMetadata().getUid());
            String phase = PodState.phase(pod);
            if (phase.equals("Succeeded")) {
                if (uncounted) {
                    newSucceeded.add(pod);
                    Indexes.of(pod).ifPresent(completed::add);
                }
            } else if (phase.equals("Failed")) {
                if (uncounted) {
                    newFailed.add(pod);
                }
            } else if (PodState.isTerminating(pod)) {
                terminating.add(pod);
                if (uncounted) {
                    newFailed.add(pod);
                }
            } else {
                active.add(pod);
            }
        }
        // What an earlier call released and did not come to count: their uids are all that is left of them.
        var noted = status == null ? null : status.getUncountedTerminatedPods();
        List<String> uncountedSucceeded = uids(newSucceeded, noted == null ? List.of() : noted.getSucceeded());
        List<String> uncountedFailed = uids(newFailed, noted == null ? List.of() : noted.getFailed());
        int before = status == null ? 0 : Objects.requireNonNullElse(status.getSucceeded(), 0);
        int failedBefore = status == null ? 0 : Objects.requireNonNullElse(status.getFailed(), 0);
        return new JobProgress(
                active,
                terminating,
                newSucceeded,
                newFailed,
                isIndexed(job) ? List.of() : uncountedSucceeded,
                uncountedFailed,
                isIndexed(job) ? completed.size() : before + uncountedSucceeded.size(),
                failedBefore + uncountedFailed.size(),
                completed);
    }

    // tag::outcome[]
    /** Whether the Job is decided; empty while it must go on. */
    Optional<Outcome> outcome(Job job, Instant now) {
        var spec = job.getSpec();
        Optional<JobCondition> target = condition(job, "FailureTarget");
        if (target.isPresent()) { // decided before; the last Pods are still on their way out
            return Optional.of(
                    new Outcome(false, target.get().getReason(), target.get().getMessage()));
        }
        if (condition(job, "SuccessCriteriaMet").isPresent()) {
            return Optional.of(completions());
        }
        if (failed > spec.getBackoffLimit()
                || restarts(spec.getTemplate().getSpec().getRestartPolicy()) > spec.getBackoffLimit()) {
            return Optional.of(
                    new Outcome(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        }
        if (isOverdue(job, now)) {
            return Optional.of(new Outcome(false, "DeadlineExceeded", "Job was active longer than specified deadline"));
        }
        boolean enough = spec.getCompletions() == null
                ? succeeded > 0 && active.isEmpty()
                : succeeded >= spec.getCompletions() && (isIndexed(job) || active.isEmpty());
        return enough ? Optional.of(completions()) : Optional.empty();
    }

    /** How many Pods should run at this moment. */
    int wanted(Job job) {
        int parallelism = job.getSpec().getParallelism();
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return 0;
        }
        if (job.getSpec().getCompletions() == null) {
            // A work queue: once one Pod has said that all is done, no new ones are started.
            return succeeded > 0 ? Math.min(active.size(), parallelism) : parallelism;
        }
        return Math.max(0, Math.min(parallelism, job.getSpec().getCompletions() - succeeded));
    }
    // end::outcome[]

    /** How long to wait before another Pod is started: 10 s after a failure, 20 s after a second in a row, … */
    Duration backoff(List<Pod> all, Instant now) {
        Instant lastFailure = Instant.MIN;
        Instant lastSuccess = Instant.MIN;
        for (Pod pod : all) {
            Instant end = ended(pod);
            if (PodState.phase(pod).equals("Succeeded")) {
                lastSuccess = end.isAfter(lastSuccess) ? end : lastSuccess;
            } else if (PodState.phase(pod).equals("Failed") && end.isAfter(lastFailure)) {
                lastFailure = end;
            }
        }
        Instant since = lastSuccess;
        long inARow = all.stream()
                .filter(p -> PodState.phase(p).equals("Failed") && ended(p).isAfter(since))
                .count();
        if (inARow == 0) {
            return Duration.ZERO;
        }
        Duration delay = BACKOFF.multipliedBy(1L << Math.min(inARow - 1, 10));
        Duration bounded = delay.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : delay;
        Duration left = Duration.between(now, lastFailure.plus(bounded));
        return left.isNegative() ? Duration.ZERO : left;
    }

    static boolean isIndexed(Job job) {
        return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    static boolean isFinished(Job job) {
        return condition(job, "Complete").isPresent()
                || condition(job, "Failed").isPresent();
    }

    static Optional<JobCondition> condition(Job job, String type) {
        if (job.getStatus() == null || job.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type) && "True".equals(c.getStatus()))
                .findFirst();
    }

    static Optional<Instant> deadline(Job job) {
        if (job.getSpec().getActiveDeadlineSeconds() == null
                || job.getStatus() == null
                || job.getStatus().getStartTime() == null
                || Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return Optional.empty();
        }
        return Optional.of(Instant.parse(job.getStatus().getStartTime())
                .plusSeconds(job.getSpec().getActiveDeadlineSeconds()));
    }

    private static List<String> uids(List<Pod> pods, List<String> noted) {
        Set<String> uids = new TreeSet<>(noted);
        pods.forEach(p -> uids.add(p.getMetadata().getUid()));
        return List.copyOf(uids);
    }

    private static Outcome completions() {
        return new Outcome(true, "CompletionsReached", "Reached expected number of succeeded pods");
    }

    private static boolean isOverdue(Job job, Instant now) {
        return deadline(job).filter(d -> !d.isAfter(now)).isPresent();
    }

    /** With restartPolicy OnFailure the containers' restarts are the failures that count. */
    private int restarts(String restartPolicy) {
        if (!"OnFailure".equals(restartPolicy)) {
            return -1;
        }
        return active.stream()
                .filter(p -> p.getStatus() != null && p.getStatus().getContainerStatuses() != null)
                .flatMap(p -> p.getStatus().getContainerStatuses().stream())
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    private static Instant ended(Pod pod) {
        Instant last = Instant.MIN;
        if (pod.getStatus() != null && pod.getStatus().getContainerStatuses() != null) {
            for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
                if (container.getState() != null
                        && container.getState().getTerminated() != null
                        && container.getState().getTerminated().getFinishedAt() != null) {
                    Instant end =
                            Instant.parse(container.getState().getTerminated().getFinishedAt());
                    last = end.isAfter(last) ? end : last;
                }
            }
        }
        return last.equals(Instant.MIN) ? Instant.parse(pod.getMetadata().getCreationTimestamp()) : last;
    }
}
