package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.job.JobProgress.Outcome;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;

/** Brings a Job to its end: starts Pods, counts how they ended, decides. */
final class JobReconciler implements Reconciler {
    private static final String MANAGER = "kubernetes.io/job-controller";

    private final Cached<Job> jobs;
    private final Cached<Pod> pods;
    private final PodAdoption adoption;
    private final JobPods jobPods;
    private final JobStatusWriter status;
    private final Expectations expectations;
    private final CreationGuard guard;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    /** Pods that are counted; the cache may go on showing their finalizer for a moment. */
    private final Set<String> released;

    private final Map<Key, Backoff> backoffs = new ConcurrentHashMap<>();
    /** The version that the last write of a Job's status made. */
    private final Map<Key, Long> written = new ConcurrentHashMap<>();

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
        this.guard = new CreationGuard(clock, events);
        this.jobPods = new JobPods(new PodControl(client, events), expectations, guard, this::release, clock);
        this.status = new JobStatusWriter(client, events, clock);
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
        if (found.isEmpty() || JobProgress.isFinished(found.get())) {
            forget(key);
            return Result.done();
        }
        Job job = found.get();
        // The Pods of a Job that goes are released by their own events. A Job from before the last write does not have
        // the numbers of Pods that were let go since: they would be made again.
        if (version(job) < written.getOrDefault(key, 0L)
                || job.getMetadata().getDeletionTimestamp() != null
                || isForeign(job)
                || !isWellMade(job)) {
            return Result.done();
        }
        boolean cacheIsCurrent = expectations.satisfied(key);
        // Before the Pods are read: one that is seen without its finalizer behind that is no longer among them, and
        // would
        // be counted again as it was read.
        Set<String> counted = Set.copyOf(released);
        List<Pod> mine = adoption.claim(job, job.getSpec().getSelector(), pods.inNamespace(key.namespace()));
        JobProgress progress = JobProgress.of(job, mine, counted);
        Backoff backoff = backoffs.getOrDefault(key, Backoff.NONE).after(progress.newSucceeded(), progress.newFailed());
        Optional<Outcome> outcome = progress.outcome(job, clock.now());

        Duration again = Duration.ZERO;
        ActivePods active = new ActivePods(progress.active());
        KubernetesClientException failure = null;
        boolean settled = outcome.isEmpty() && cacheIsCurrent;
        try {
            if (outcome.isPresent()) {
                jobPods.delete(key, job, active, active.left()); // decided: what still runs is of no use
            } else if (settled) {
                again = jobPods.adjust(key, job, progress, active, backoff);
            }
        } catch (KubernetesClientException e) {
            failure = e; // what has ended is counted and let go all the same
        }
        if (failure != null || !cacheIsCurrent) {
            outcome = Optional.empty(); // there may be Pods that nothing was done about
        }
        // Two writes: first who is being counted, then the numbers. A crash in between counts nobody twice.
        Counting counting = Counting.of(job, progress, outcome);
        Job noted = status.write(job, progress, active, counting, outcome, settled);
        counting.release().forEach(this::release); // they are in the Job's status now
        backoffs.put(key, backoff);
        boolean allGone =
                active.size() + active.deleted() + progress.terminating().size() == 0;
        if (outcome.isPresent() && allGone) {
            noted = status.finish(noted, counting, outcome.get());
            announce(job, outcome.get());
        } else {
            noted = status.count(noted, counting);
        }
        written.put(key, version(noted));
        if (failure != null && !PodControl.isNamespaceTerminating(failure)) {
            throw failure;
        }
        return outcome.isPresent() ? Result.done() : untilDeadline(job, again);
    }
    // end::reconcile[]

    private void forget(Key key) {
        expectations.forget(key);
        guard.forget(key);
        backoffs.remove(key);
        written.remove(key);
    }

    private static long version(Job job) {
        return Long.parseLong(job.getMetadata().getResourceVersion());
    }

    private static boolean isForeign(Job job) {
        String manager = job.getSpec().getManagedBy();
        return manager != null && !manager.equals(MANAGER);
    }

    private boolean isWellMade(Job job) {
        return guard.keeps(
                job, job.getSpec().getSelector(), job.getSpec().getTemplate().getMetadata());
    }

    private void release(Pod pod) {
        String uid = pod.getMetadata().getUid();
        released.add(uid); // first: the event that takes it away again may come before the answer
        try {
            JobStatusWriter.removeFinalizer(client, pod);
        } catch (KubernetesClientException e) {
            released.remove(uid);
            throw e;
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
}
