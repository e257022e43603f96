package kubelab.controlplane.controllermanager.ttlafterfinished;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** Deletes finished Jobs whose time is over. */
public final class TtlAfterFinishedController {
    /** The controller's name, and that of its account. */
    public static final String NAME = "ttl-after-finished-controller";

    private TtlAfterFinishedController() {}

    /** Wires the controller: a Job is looked at when it changes, and when its time is over. */
    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Job> jobs = context.informers().of(Job.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<Instant> due = jobs.get(key).flatMap(TtlAfterFinishedController::due);
            if (due.isEmpty()) {
                return Result.done();
            }
            Instant now = context.clock().now();
            if (due.get().isAfter(now)) {
                return Result.after(Duration.between(now, due.get()));
            }
            delete(client, key, now);
            return Result.done();
        });
        jobs.onChange(job -> loop.enqueue(Key.of(job)));
        return loop;
    }

    /** The cache may be behind: only what is over for the Job as it is now is deleted. */
    private static void delete(KubernetesClient client, Key key, Instant now) {
        Job job = client.batch()
                .v1()
                .jobs()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
        if (job != null && due(job).filter(d -> !d.isAfter(now)).isPresent()) {
            client.resource(job)
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete();
        }
    }

    /** When the Job is to go; empty when it has not finished, may stay, or is going already. */
    private static Optional<Instant> due(Job job) {
        Integer ttl = job.getSpec().getTtlSecondsAfterFinished();
        if (ttl == null || job.getStatus() == null || job.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Complete") || c.getType().equals("Failed"))
                .filter(c -> "True".equals(c.getStatus()))
                .map(c -> Objects.requireNonNullElse(c.getLastTransitionTime(), ""))
                .filter(time -> !time.isEmpty())
                .map(time -> Instant.parse(time).plusSeconds(ttl))
                .findFirst();
    }
}
