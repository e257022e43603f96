package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * What a Job's Pods amount to: how many succeeded and failed, which run, and whether that decides the Job. Pure
 * functions.
 *
 * <p>Source: {@code pkg/controller/job/job_controller.go} (syncJob), 1.34.
 *
 * @param pods all of them
 * @param active Pods that neither ended nor are being deleted
 * @param terminating Pods that are being deleted and have not ended
 * @param tracked Pods that are not in the Job's numbers yet
 * @param newSucceeded those of them that succeeded
 * @param newFailed those of them that failed, also when the Job ignores that
 * @param completed indexes that are done (Indexed only)
 * @param indexes failures by index, if the Job counts them so
 */
record JobProgress(
        List<Pod> pods,
        List<Pod> active,
        List<Pod> terminating,
        List<Pod> tracked,
        List<Pod> newSucceeded,
        List<Pod> newFailed,
        SortedSet<Integer> completed,
        Optional<IndexFailures> indexes) {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    /** Why a Job ends. */
    record Outcome(boolean success, String reason, String message) {}

    /**
     * @param counted uids of Pods that are in the Job's numbers although the cache may still show them with the finalizer
     */
    static JobProgress of(Job job, List<Pod> pods, Set<String> counted) {
        List<Pod> active = new ArrayList<>();
        List<Pod> terminating = new ArrayList<>();
        List<Pod> tracked = new ArrayList<>();
        List<Pod> newSucceeded = new ArrayList<>();
        List<Pod> newFailed = new ArrayList<>();
        SortedSet<Integer> completed = Indexes.parse(status(job).getCompletedIndexes());
        for (Pod pod : pods) {
            boolean finished = PodState.isFinished(pod);
            if (!finished) {
                (PodState.isTerminating(pod) ? terminating : active).add(pod);
            }
            boolean isTracked = pod.getMetadata().getFinalizers().contains(FINALIZER)
                    && !counted.contains(pod.getMetadata().getUid());
            if (!isTracked) {
                continue;
            }
            tracked.add(pod);
            if (!isMeant(job, pod)) {
                continue;
            }
            if (PodState.phase(pod).equals("Succeeded")) {
                newSucceeded.add(pod);
                Indexes.of(pod).ifPresent(completed::add);
            } else if (FailurePolicy.isFailed(job, pod)) {
                newFailed.add(pod);
            }
        }
        return new JobProgress(
                pods,
                active,
                terminating,
                tracked,
                newSucceeded,
                newFailed,
                completed,
                IndexFailures.areCounted(job)
                        ? Optional.of(IndexFailures.of(job, newFailed, completed, active))
                        : Optional.empty());
    }

    // tag::outcome[]
    /** Whether the Job is decided; empty while it must go on. What was decided before stays so. */
    Optional<Outcome> outcome(Job job, Instant now) {
        return condition(job, "SuccessCriteriaMet")
                .map(c -> new Outcome(true, c.getReason(), c.getMessage()))
                .or(() -> condition(job, "FailureTarget").map(c -> new Outcome(false, c.getReason(), c.getMessage())))
                .or(() -> byFailurePolicy(job))
                .or(() -> byLimits(job, now))
                .or(() -> indexes.flatMap(i -> i.outcome(job, completed.size())))
                .or(() -> bySuccessPolicy(job))
                .or(() -> byCompletions(job));
    }

    /** How many more Pods should run at this moment; negative when there are too many. */
    int missing(Job job) {
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return -active.size();
        }
        int parallelism = job.getSpec().getParallelism();
        int wanted;
        if (job.getSpec().getCompletions() == null) {
            // A work queue: once one Pod has said that all is done, no new ones are started.
            wanted = succeeded(job) > 0 ? Math.min(active.size(), parallelism) : parallelism;
        } else {
            wanted = Math.max(0, Math.min(parallelism, job.getSpec().getCompletions() - succeeded(job)));
        }
        int surplus = wanted - active.size();
        return surplus < 0 || !FailurePolicy.waitsForEnd(job) ? surplus : Math.max(0, surplus - terminating.size());
    }
    // end::outcome[]

    private Optional<Outcome> byFailurePolicy(Job job) {
        return pods.stream()
                .filter(p -> FailurePolicy.isFailed(job, p))
                .map(p -> FailurePolicy.judge(job, p))
                .filter(v -> v.action() == FailurePolicy.Action.FAIL_JOB)
                .map(v -> new Outcome(false, "PodFailurePolicy", v.message()))
                .findFirst();
    }

    private Optional<Outcome> byLimits(Job job, Instant now) {
        int limit = job.getSpec().getBackoffLimit();
        if (failures(job) > limit || Restarts.exceed(job, active)) {
            return Optional.of(
                    new Outcome(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        }
        return deadline(job)
                .filter(d -> !d.isAfter(now))
                .map(d -> new Outcome(false, "DeadlineExceeded", "Job was active longer than specified deadline"));
    }

    private Optional<Outcome> bySuccessPolicy(Job job) {
        return isIndexed(job)
                ? SuccessPolicy.met(job, completed).map(message -> new Outcome(true, "SuccessPolicy", message))
                : Optional.empty();
    }

    private Optional<Outcome> byCompletions(Job job) {
        Integer completions = job.getSpec().getCompletions();
        boolean enough = completions == null
                ? succeeded(job) > 0 && active.isEmpty()
                : succeeded(job) >= completions && (isIndexed(job) || active.isEmpty());
        return enough
                ? Optional.of(new Outcome(true, "CompletionsReached", "Reached expected number of succeeded pods"))
                : Optional.empty();
    }

    /** All failures that count, those that are about to be counted among them. */
    private int failures(Job job) {
        Set<String> uids = noted(job, false);
        newFailed.stream()
                .filter(p -> FailurePolicy.counts(job, p))
                .forEach(p -> uids.add(p.getMetadata().getUid()));
        return Objects.requireNonNullElse(status(job).getFailed(), 0) + uids.size();
    }

    private int succeeded(Job job) {
        if (isIndexed(job)) {
            return completed.size();
        }
        Set<String> uids = noted(job, true);
        newSucceeded.forEach(p -> uids.add(p.getMetadata().getUid()));
        return Objects.requireNonNullElse(status(job).getSucceeded(), 0) + uids.size();
    }

    /** What an earlier call released and did not come to count: their uids are all that is left of them. */
    static Set<String> noted(Job job, boolean succeeded) {
        var noted = status(job).getUncountedTerminatedPods();
        return noted == null ? new TreeSet<>() : new TreeSet<>(succeeded ? noted.getSucceeded() : noted.getFailed());
    }

    static JobStatus status(Job job) {
        return Objects.requireNonNullElseGet(job.getStatus(), JobStatus::new);
    }

    static boolean isIndexed(Job job) {
        return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    static boolean isFinished(Job job) {
        return condition(job, "Complete").isPresent()
                || condition(job, "Failed").isPresent();
    }

    /** A Pod of an Indexed Job counts only with an index that the Job has. */
    static boolean isMeant(Job job, Pod pod) {
        OptionalInt index = Indexes.of(pod);
        return !isIndexed(job)
                || index.isPresent() && index.getAsInt() < job.getSpec().getCompletions();
    }

    static Optional<JobCondition> condition(Job job, String type) {
        return status(job).getConditions().stream()
                .filter(c -> c.getType().equals(type) && "True".equals(c.getStatus()))
                .findFirst();
    }

    static Optional<Instant> deadline(Job job) {
        if (job.getSpec().getActiveDeadlineSeconds() == null
                || status(job).getStartTime() == null
                || Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return Optional.empty();
        }
        return Optional.of(Instant.parse(status(job).getStartTime())
                .plusSeconds(job.getSpec().getActiveDeadlineSeconds()));
    }
}
