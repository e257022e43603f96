package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.controllermanager.job.JobProgress.Outcome;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * Which Pods become part of a Job's numbers now, and are let go.
 *
 * <p>Source: {@code pkg/controller/job/job_controller.go} (trackJobStatusAndRemoveFinalizers), 1.34.
 *
 * @param release Pods that lose their finalizer
 * @param uncountedSucceeded uids that are about to become part of the number (not for Indexed, whose indexes count)
 * @param uncountedFailed the same for failures
 * @param succeeded all there ever were
 * @param failed all there ever were
 */
record Counting(
        List<Pod> release, List<String> uncountedSucceeded, List<String> uncountedFailed, int succeeded, int failed) {

    /** With a Job that is decided all Pods are let go: those that still run have failed with it, or are not needed. */
    static Counting of(Job job, JobProgress progress, Optional<Outcome> outcome) {
        boolean allFail = outcome.filter(o -> !o.success()).isPresent();
        List<Pod> release = new ArrayList<>();
        Set<String> succeeded = JobProgress.noted(job, true);
        Set<String> failed = JobProgress.noted(job, false);
        for (Pod pod : progress.tracked()) {
            boolean success = PodState.phase(pod).equals("Succeeded");
            boolean failure = !success && FailurePolicy.isFailed(job, pod);
            boolean held = progress.indexes().filter(i -> i.isHeld(pod)).isPresent();
            if (outcome.isEmpty() && !success && (!failure || held)) {
                continue;
            }
            release.add(pod);
            if (success) {
                succeeded.add(pod.getMetadata().getUid());
            } else if ((failure || allFail) && JobProgress.isMeant(job, pod) && FailurePolicy.counts(job, pod)) {
                failed.add(pod.getMetadata().getUid());
            }
        }
        boolean indexed = JobProgress.isIndexed(job);
        var status = JobProgress.status(job);
        return new Counting(
                release,
                indexed ? List.of() : List.copyOf(succeeded),
                List.copyOf(failed),
                indexed
                        ? progress.completed().size()
                        : Objects.requireNonNullElse(status.getSucceeded(), 0) + succeeded.size(),
                Objects.requireNonNullElse(status.getFailed(), 0) + failed.size());
    }
}
