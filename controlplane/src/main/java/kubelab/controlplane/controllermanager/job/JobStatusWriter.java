package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.job.JobProgress.Outcome;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Job's status in steps: who is being counted ({@code uncountedTerminatedPods}), then the numbers, then the end.
 * Between the first two the Pods lose their finalizer and may go.
 */
final class JobStatusWriter {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;

    JobStatusWriter(KubernetesClient client, EventRecorder events, Clock clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    /**
     * The first step: what runs, who is about to be counted, and what was decided. Returns the Job as it is then.
     *
     * @param settled whether it was looked after how many Pods run; only then it is said that the Job is suspended
     */
    Job write(
            Job job,
            JobProgress progress,
            ActivePods active,
            Counting counting,
            Optional<Outcome> outcome,
            boolean settled) {
        JobStatus after = copy(job);
        if (after.getStartTime() == null && !Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            after.setStartTime(now());
        }
        after.setActive(orAbsent(active.size()));
        after.setReady(active.ready());
        after.setTerminating(progress.terminating().size() + active.deleted());
        if (settled) {
            suspended(job, after);
        }
        if (JobProgress.isIndexed(job)) {
            after.setCompletedIndexes(progress.completed().isEmpty() ? null : Indexes.format(progress.completed()));
            after.setSucceeded(orAbsent(counting.succeeded()));
        }
        progress.indexes().ifPresent(i -> after.setFailedIndexes(Indexes.format(i.failed())));
        after.setUncountedTerminatedPods(
                new UncountedTerminatedPods(counting.uncountedFailed(), counting.uncountedSucceeded()));
        outcome.ifPresent(o -> addCondition(after, o.success() ? "SuccessCriteriaMet" : "FailureTarget", o));
        return update(job, after);
    }

    /** The second step: the Pods are released, now they are numbers. */
    Job count(Job job, Counting counting) {
        JobStatus after = copy(job);
        settle(after, counting);
        return update(job, after);
    }

    /** The last step. */
    Job finish(Job job, Counting counting, Outcome outcome) {
        JobStatus after = copy(job);
        settle(after, counting);
        after.setActive(null);
        after.setReady(0);
        after.setTerminating(0);
        addCondition(after, outcome.success() ? "Complete" : "Failed", outcome);
        if (outcome.success()) {
            after.setCompletionTime(now());
        }
        return update(job, after);
    }

    /** A Pod that is counted, or whose Job is gone, may go. */
    static void removeFinalizer(KubernetesClient client, Pod pod) {
        if (!pod.getMetadata().getFinalizers().contains(JobProgress.FINALIZER)) {
            return;
        }
        List<String> rest = new ArrayList<>(pod.getMetadata().getFinalizers());
        rest.remove(JobProgress.FINALIZER);
        try {
            client.resource(pod)
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            Serialization.asJson(Map.of(
                                    "metadata",
                                    Map.of(
                                            "finalizers",
                                            rest,
                                            "uid",
                                            pod.getMetadata().getUid()))));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private static void settle(JobStatus after, Counting counting) {
        after.setSucceeded(orAbsent(counting.succeeded()));
        after.setFailed(orAbsent(counting.failed()));
        after.setUncountedTerminatedPods(new UncountedTerminatedPods(List.of(), List.of()));
    }

    private void suspended(Job job, JobStatus after) {
        Optional<JobCondition> noted = after.getConditions().stream()
                .filter(c -> c.getType().equals("Suspended"))
                .findFirst();
        boolean is = Boolean.TRUE.equals(job.getSpec().getSuspend());
        boolean was = noted.filter(c -> "True".equals(c.getStatus())).isPresent();
        if (is == was) {
            return;
        }
        noted.ifPresent(after.getConditions()::remove);
        after.getConditions()
                .add(condition(
                        "Suspended",
                        is ? "True" : "False",
                        is ? "JobSuspended" : "JobResumed",
                        is ? "Job suspended" : "Job resumed"));
        after.setStartTime(is ? after.getStartTime() : now());
        events.normal(job, is ? "Suspended" : "Resumed", is ? "Job suspended" : "Job resumed");
    }

    private void addCondition(JobStatus status, String type, Outcome outcome) {
        if (status.getConditions().stream().noneMatch(c -> c.getType().equals(type))) {
            status.getConditions().add(condition(type, "True", outcome.reason(), outcome.message()));
        }
    }

    private JobCondition condition(String type, String status, String reason, String message) {
        return new JobConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastProbeTime(now())
                .withLastTransitionTime(now())
                .build();
    }

    private Job update(Job job, JobStatus after) {
        if (!Difference.between(job.getStatus(), after)) {
            return job;
        }
        return client.resource(new JobBuilder(job).withStatus(after).build()).updateStatus();
    }

    private static JobStatus copy(Job job) {
        return Objects.requireNonNullElseGet(new JobBuilder(job).build().getStatus(), JobStatus::new);
    }

    private static @Nullable Integer orAbsent(int number) {
        return number == 0 ? null : number;
    }

    private String now() {
        return clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
