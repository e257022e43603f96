package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.controlplane.clock.Clock;
import kubelab.controlplane.controllermanager.job.JobProgress.Outcome;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;

/** Brings a Job to its end: starts Pods, counts how they ended, decides. */
final class JobReconciler implements Reconciler {
    private final Cached<Job> jobs;
    private final Cached<Pod> pods;
    private final PodAdoption adoption;
    private final PodControl control;
    private final JobStatusWriter status;
    private final Expectations expectations;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    /** Pods that are counted; the cache may go on showing their finalizer for a moment. */
    private final Set<String> released;

    JobReconciler(
            Cached<Job> jobs,
            Cached<Pod> pods,
            KubernetesClient client,
            EventRecorder events,
            Expectations expectations,
            Set<String> released,
            Clock clock) {
        this.jobs = jobs;
        this.pods = pods;
        this.adoption = new PodAdoption(client);
        this.control = new PodControl(client, events);
        this.status = new JobStatusWriter(client, clock);
        this.expectations = expectations;
        this.released = released;
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<Job> found = jobs.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
            return Result.done();
        }
        Job job = found.get();
        if (job.getMetadata().getDeletionTimestamp() != null) {
            return Result.done(); // its Pods are released by their own events
        }
        if (JobProgress.isFinished(job)) {
            return removeWhenOld(job);
        }
        boolean cacheIsCurrent = expectations.satisfied(key);
        List<Pod> mine = adoption.claim(job, job.getSpec().getSelector(), pods.inNamespace(key.namespace()));
        JobProgress progress = JobProgress.of(job, mine, released);
        Optional<Outcome> outcome = progress.outcome(job, clock.now());

        Duration again = Duration.ZERO;
        List<Pod> active = new ArrayList<>(progress.active());
        if (outcome.isPresent()) {
            delete(key, job, active); // decided: what still runs is of no use
            active.clear();
        } else if (cacheIsCurrent) {
            again = adjust(key, job, progress, mine, active);
        }
        // Two writes: first who is being counted, then the numbers. A crash in between counts nobody twice.
        Job noted = status.write(job, progress, active.size(), outcome);
        release(progress);
        if (!outcome.isPresent()) {
            status.count(noted, progress);
            return untilDeadline(job, again);
        }
        boolean allGone = active.isEmpty()
                && progress.active().isEmpty()
                && progress.terminating().isEmpty();
        if (allGone) {
            status.finish(noted, progress, outcome.get());
            announce(job, outcome.get());
        } else {
            status.count(noted, progress);
        }
        return Result.done();
    }
    // end::reconcile[]

    /** Starts or stops Pods so that as many run as should. Returns how long a back-off is left. */
    private Duration adjust(Key key, Job job, JobProgress progress, List<Pod> all, List<Pod> active) {
        int wanted = progress.wanted(job);
        if (active.size() > wanted) {
            List<Pod> surplus = active.stream()
                    .sorted(Comparator.comparing(PodState::isReady)
                            .thenComparing(
                                    (Pod p) -> p.getMetadata().getCreationTimestamp(), Comparator.reverseOrder()))
                    .limit((long) active.size() - wanted)
                    .toList();
            delete(key, job, surplus);
            active.removeAll(surplus);
            return Duration.ZERO;
        }
        int missing = wanted - active.size();
        if (missing <= 0) {
            return Duration.ZERO;
        }
        Duration backoff = progress.backoff(all, clock.now());
        if (!backoff.isZero()) {
            return backoff;
        }
        if (JobProgress.isIndexed(job)) {
            Set<Integer> taken = new TreeSet<>(progress.completed());
            active.forEach(p -> Indexes.of(p).ifPresent(taken::add));
            progress.terminating().forEach(p -> Indexes.of(p).ifPresent(taken::add));
            for (int index = 0; index < job.getSpec().getCompletions() && missing > 0; index++) {
                if (taken.add(index)) {
                    active.add(create(key, job, index));
                    missing--;
                }
            }
        } else {
            for (int i = 0; i < missing; i++) {
                active.add(create(key, job, -1));
            }
        }
        return Duration.ZERO;
    }

    private Pod create(Key key, Job job, int index) {
        PodBuilder pod =
                new PodBuilder(PodControl.fromTemplate(job, job.getSpec().getTemplate()));
        pod.editMetadata().addToFinalizers(JobProgress.FINALIZER).endMetadata();
        if (index >= 0) {
            String number = Integer.toString(index);
            String name = job.getMetadata().getName() + "-" + number;
            pod.editMetadata()
                    .withGenerateName(name + "-")
                    .addToLabels(Indexes.LABEL, number)
                    .addToAnnotations(Indexes.LABEL, number)
                    .endMetadata();
            pod.editSpec().withHostname(name).endSpec();
            pod.accept(io.fabric8.kubernetes.api.model.ContainerBuilder.class, container -> container
                    .addNewEnv()
                    .withName("JOB_COMPLETION_INDEX")
                    .withNewValueFrom()
                    .withNewFieldRef()
                    .withFieldPath("metadata.labels['" + Indexes.LABEL + "']")
                    .endFieldRef()
                    .endValueFrom()
                    .endEnv());
        }
        expectations.expectCreations(key, 1);
        try {
            return control.create(job, pod.build());
        } catch (KubernetesClientException e) {
            expectations.created(key);
            throw e;
        }
    }

    private void delete(Key key, Job job, List<Pod> victims) {
        expectations.expectDeletions(
                key, victims.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet()));
        for (Pod victim : victims) {
            try {
                control.delete(job, victim);
            } catch (KubernetesClientException e) {
                expectations.deleted(key, victim.getMetadata().getUid());
                throw e;
            }
        }
    }

    /** Lets go of the Pods that are in the Job's status now. */
    private void release(JobProgress progress) {
        List<Pod> counted = new ArrayList<>(progress.newSucceeded());
        counted.addAll(progress.newFailed());
        for (Pod pod : counted) {
            JobStatusWriter.removeFinalizer(client, pod);
            released.add(pod.getMetadata().getUid());
        }
    }

    private void announce(Job job, Outcome outcome) {
        if (outcome.success()) {
            events.normal(job, "Completed", "Job completed");
        } else {
            events.warning(job, outcome.reason(), outcome.message());
        }
    }

    private Result untilDeadline(Job job, Duration backoff) {
        Optional<Duration> deadline = JobProgress.deadline(job).map(d -> Duration.between(clock.now(), d));
        if (backoff.isZero()) {
            return deadline.map(Result::after).orElse(Result.done());
        }
        return Result.after(deadline.filter(d -> d.compareTo(backoff) < 0).orElse(backoff));
    }

    /** {@code ttlSecondsAfterFinished}: a finished Job goes when its time is over, with its Pods. */
    private Result removeWhenOld(Job job) {
        Integer ttl = job.getSpec().getTtlSecondsAfterFinished();
        if (ttl == null) {
            return Result.done();
        }
        Instant finished = job.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Complete") || c.getType().equals("Failed"))
                .map(JobCondition::getLastTransitionTime)
                .filter(Objects::nonNull)
                .map(Instant::parse)
                .findFirst()
                .orElse(clock.now());
        Duration left = Duration.between(clock.now(), finished.plusSeconds(ttl));
        if (left.isNegative() || left.isZero()) {
            client.resource(job)
                    .withPropagationPolicy(io.fabric8.kubernetes.api.model.DeletionPropagation.FOREGROUND)
                    .delete();
            return Result.done();
        }
        return Result.after(left);
    }
}
