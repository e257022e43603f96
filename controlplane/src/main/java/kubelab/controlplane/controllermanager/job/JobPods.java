package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * Starts and stops a Job's Pods.
 *
 * <p>Source: {@code pkg/controller/job/job_controller.go} (manageJob), 1.34.
 */
final class JobPods {
    /** So many Pods at most are created in one go. */
    private static final int BURST = 500;

    private final PodControl control;
    private final Expectations expectations;
    private final CreationGuard guard;
    private final Consumer<Pod> release;
    private final Clock clock;

    /** @param release takes a Pod's finalizer away */
    JobPods(PodControl control, Expectations expectations, CreationGuard guard, Consumer<Pod> release, Clock clock) {
        this.control = control;
        this.expectations = expectations;
        this.guard = guard;
        this.release = release;
        this.clock = clock;
    }

    // tag::adjust[]
    /** Starts or stops Pods so that as many run as should. Returns how long starting has to wait. */
    Duration adjust(Key key, Job job, JobProgress progress, ActivePods active, Backoff backoff) {
        int missing = progress.missing(job);
        if (missing < 0) {
            List<Pod> surplus = surplus(active.left(), -missing);
            surplus.forEach(release); // before they go: they have not failed
            delete(key, job, active, surplus);
            return Duration.ZERO;
        }
        if (missing == 0) {
            return Duration.ZERO;
        }
        Instant now = clock.now();
        Duration hold = guard.hold(key, wanted(job));
        Duration wait = progress.indexes().isPresent() ? Duration.ZERO : backoff.left(now);
        if (!hold.isZero() || !wait.isZero()) {
            return hold.compareTo(wait) > 0 ? hold : wait;
        }
        int count = Math.min(missing, BURST);
        if (!JobProgress.isIndexed(job)) {
            for (int i = 0; i < count; i++) {
                create(key, job, pod(job).build(), active);
            }
            return Duration.ZERO;
        }
        return createIndexes(key, job, progress, active, pending(job, progress, count));
    }
    // end::adjust[]

    void delete(Key key, Job job, ActivePods active, List<Pod> victims) {
        expectations.expectDeletions(
                key, victims.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet()));
        for (int i = 0; i < victims.size(); i++) {
            try {
                control.delete(job, victims.get(i));
                active.deleted(victims.get(i));
            } catch (KubernetesClientException e) {
                victims.subList(i, victims.size())
                        .forEach(p -> expectations.deleted(key, p.getMetadata().getUid()));
                throw e;
            }
        }
    }

    private static List<Pod> surplus(List<Pod> active, int count) {
        return active.stream()
                .sorted(Comparator.comparing(PodState::isReady)
                        .thenComparing((Pod p) -> p.getMetadata().getCreationTimestamp(), Comparator.reverseOrder()))
                .limit(count)
                .toList();
    }

    private static int wanted(Job job) {
        return Math.max(
                job.getSpec().getParallelism(),
                Objects.requireNonNullElse(job.getSpec().getCompletions(), 0));
    }

    /** The lowest indexes that have neither ended nor a Pod. */
    private static List<Integer> pending(Job job, JobProgress progress, int count) {
        Set<Integer> taken = new TreeSet<>(progress.completed());
        progress.active().forEach(p -> Indexes.of(p).ifPresent(taken::add));
        progress.indexes().ifPresent(i -> taken.addAll(i.failed()));
        if (FailurePolicy.waitsForEnd(job)) {
            progress.terminating().forEach(p -> Indexes.of(p).ifPresent(taken::add));
        }
        List<Integer> pending = new ArrayList<>();
        for (int i = 0; i < job.getSpec().getCompletions() && pending.size() < count; i++) {
            if (!taken.contains(i)) {
                pending.add(i);
            }
        }
        return pending;
    }

    /** Each index has a back-off of its own; returns the shortest when all have to wait. */
    private Duration createIndexes(Key key, Job job, JobProgress progress, ActivePods active, List<Integer> pending) {
        Instant now = clock.now();
        List<Duration> waits = new ArrayList<>();
        for (int index : pending) {
            Duration wait = progress.indexes().map(i -> i.backoff(index, now)).orElse(Duration.ZERO);
            if (wait.isZero()) {
                create(key, job, indexed(job, progress, index), active);
            } else {
                waits.add(wait);
            }
        }
        return waits.stream().min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private void create(Key key, Job job, Pod pod, ActivePods active) {
        expectations.expectCreations(key, 1);
        try {
            control.create(job, pod);
            guard.created(key);
            active.made();
        } catch (KubernetesClientException e) {
            expectations.created(key);
            throw e;
        }
    }

    private static PodBuilder pod(Job job) {
        return new PodBuilder(PodControl.fromTemplate(job, job.getSpec().getTemplate()))
                .editMetadata()
                .addToFinalizers(JobProgress.FINALIZER)
                .endMetadata();
    }

    private static Pod indexed(Job job, JobProgress progress, int index) {
        String number = Integer.toString(index);
        String name = job.getMetadata().getName() + "-" + number;
        PodBuilder pod = pod(job).editMetadata()
                .withGenerateName(name + "-")
                .addToLabels(Indexes.LABEL, number)
                .addToAnnotations(Indexes.LABEL, number)
                .endMetadata();
        progress.indexes().ifPresent(i -> pod.editMetadata()
                .addToAnnotations(i.annotations(job, index))
                .endMetadata());
        pod.editSpec().withHostname(name).endSpec();
        pod.accept(ContainerBuilder.class, container -> container
                .addNewEnv()
                .withName("JOB_COMPLETION_INDEX")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.labels['" + Indexes.LABEL + "']")
                .endFieldRef()
                .endValueFrom()
                .endEnv());
        return pod.build();
    }
}
