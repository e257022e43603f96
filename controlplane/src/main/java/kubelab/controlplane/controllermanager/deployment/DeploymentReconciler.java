package kubelab.controlplane.controllermanager.deployment;

import static kubelab.controlplane.controllermanager.deployment.Replicas.wanted;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;

/** Takes a Deployment one step from where its ReplicaSets are to where its spec wants them. */
final class DeploymentReconciler implements Reconciler {
    private final Cached<Deployment> deployments;
    private final Cached<ReplicaSet> replicaSets;
    private final Cached<Pod> pods;
    private final PodAdoption adoption;
    private final ReplicaSetScaler scaler;
    private final CreationGuard guard;
    private final KubernetesClient client;
    private final Clock clock;

    DeploymentReconciler(
            Cached<Deployment> deployments,
            Cached<ReplicaSet> replicaSets,
            Cached<Pod> pods,
            PodAdoption adoption,
            ReplicaSetScaler scaler,
            CreationGuard guard,
            KubernetesClient client,
            Clock clock) {
        this.deployments = deployments;
        this.replicaSets = replicaSets;
        this.pods = pods;
        this.adoption = adoption;
        this.scaler = scaler;
        this.guard = guard;
        this.client = client;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty()) {
            guard.forget(key);
            return Result.done(); // deleted; the garbage collector takes the ReplicaSets
        }
        Deployment deployment = found.get();
        if (!guard.keeps(
                deployment,
                deployment.getSpec().getSelector(),
                deployment.getSpec().getTemplate().getMetadata())) {
            return Result.done();
        }
        List<ReplicaSet> all = adoption.claim(
                deployment, deployment.getSpec().getSelector(), replicaSets.inNamespace(key.namespace()));
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            return writeNumbers(deployment, all);
        }
        deployment = notePause(deployment);
        if (isPaused(deployment) || wasResized(deployment, all)) {
            return resize(deployment, all);
        }
        return "Recreate".equals(deployment.getSpec().getStrategy().getType())
                ? recreate(deployment, all)
                : roll(deployment, all);
    }

    private Result roll(Deployment stale, List<ReplicaSet> all) {
        ReplicaSetScaler.Current noted = scaler.currentOrNew(stale, all);
        Deployment deployment = noted.deployment();
        ReplicaSet current = noted.set();
        List<ReplicaSet> old = without(all, current);
        int size = wanted(current) > wanted(deployment)
                ? wanted(deployment)
                : RollingUpdate.newReplicas(deployment, with(old, current), wanted(current));
        if (size != wanted(current)) {
            current = scaler.scale(deployment, current, size);
            return writeProgress(deployment, with(old, current), current);
        }
        Map<ReplicaSet, Integer> shrunk = RollingUpdate.shrinkOld(deployment, current, old);
        shrunk.forEach((set, to) -> old.set(old.indexOf(set), scaler.scale(deployment, set, to)));
        return finish(deployment, old, current, !shrunk.isEmpty());
    }

    private Result recreate(Deployment deployment, List<ReplicaSet> all) {
        List<ReplicaSet> old = new ArrayList<>(all);
        Optional<ReplicaSet> present = Revisions.current(deployment, all);
        present.ifPresent(old::remove);
        boolean scaledDown = false;
        for (ReplicaSet set : List.copyOf(old)) {
            if (wanted(set) > 0) {
                old.set(old.indexOf(set), scaler.scale(deployment, set, 0));
                scaledDown = true;
            }
        }
        if (scaledDown || old.stream().anyMatch(this::hasRunningPods)) {
            // The new Pods wait until the last old one is gone: two versions are never up at once.
            return writeProgress(deployment, present.map(p -> with(old, p)).orElse(old), present.orElse(null));
        }
        ReplicaSetScaler.Current noted = scaler.currentOrNew(deployment, all);
        ReplicaSet current = noted.set();
        if (wanted(current) != wanted(deployment)) {
            current = scaler.scale(deployment, current, wanted(deployment));
        }
        return finish(noted.deployment(), old, current, false);
    }
    // end::reconcile[]

    /** Only the size changed, or the rollout is held: keep the proportions between the revisions. */
    private Result resize(Deployment deployment, List<ReplicaSet> all) {
        Optional<ReplicaSetScaler.Current> noted = scaler.current(deployment, all);
        Deployment latest = noted.map(ReplicaSetScaler.Current::deployment).orElse(deployment);
        Optional<ReplicaSet> current = noted.map(ReplicaSetScaler.Current::set);
        List<ReplicaSet> known =
                current.map(set -> with(without(all, set), set)).orElse(all);
        List<ReplicaSet> scaled = scaler.proportionally(latest, known, current);
        if (isPaused(latest)) {
            scaler.removeHistory(latest, without(scaled, current.orElse(null)));
        }
        return writeNumbers(latest, scaled);
    }

    private Result finish(Deployment deployment, List<ReplicaSet> old, ReplicaSet current, boolean moved) {
        List<ReplicaSet> all = with(old, current);
        DeploymentStatus numbers = RolloutStatus.numbers(deployment, all, Optional.of(current), clock.now());
        if (!moved && RolloutStatus.isComplete(deployment, numbers)) {
            scaler.removeHistory(deployment, old);
        }
        return writeProgress(deployment, all, current);
    }

    private Result writeNumbers(Deployment deployment, List<ReplicaSet> all) {
        Optional<ReplicaSet> current = Revisions.current(deployment, all);
        write(deployment, RolloutStatus.numbers(deployment, all, current, clock.now()));
        return Result.done();
    }

    private Result writeProgress(
            Deployment deployment, List<ReplicaSet> all, @org.jspecify.annotations.Nullable ReplicaSet current) {
        Instant now = clock.now();
        Optional<ReplicaSet> newest = Optional.ofNullable(current);
        DeploymentStatus after = RolloutStatus.withProgress(
                deployment, RolloutStatus.numbers(deployment, all, newest, now), all, newest, now);
        write(deployment, after);
        return RolloutStatus.untilOverdue(deployment, after, now)
                .map(Result::after)
                .orElse(Result.done());
    }

    private void write(Deployment deployment, DeploymentStatus after) {
        if (Difference.between(RolloutStatus.status(deployment), after)) {
            client.resource(new DeploymentBuilder(deployment).withStatus(after).build())
                    .updateStatus();
        }
    }

    private Deployment notePause(Deployment deployment) {
        if (deployment.getSpec().getProgressDeadlineSeconds() == null) {
            return deployment;
        }
        DeploymentStatus before = RolloutStatus.status(deployment);
        String reason = RolloutStatus.get(before, "Progressing")
                .map(c -> Objects.requireNonNullElse(c.getReason(), ""))
                .orElse("");
        if (reason.equals("ProgressDeadlineExceeded")) {
            return deployment; // that it failed matters more than that it is held
        }
        boolean noted = reason.equals("DeploymentPaused");
        if (isPaused(deployment) == noted) {
            return deployment;
        }
        Instant now = clock.now();
        Deployment copy = new DeploymentBuilder(deployment).build();
        DeploymentStatus after = RolloutStatus.status(copy);
        RolloutStatus.set(
                after,
                isPaused(deployment)
                        ? RolloutStatus.condition(
                                "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now)
                        : RolloutStatus.condition(
                                "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now));
        copy.setStatus(after);
        return client.resource(copy).updateStatus();
    }

    private static boolean isPaused(Deployment deployment) {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    /** A ReplicaSet remembers for which size it was scaled; that the Deployment's differs means that it was resized. */
    private static boolean wasResized(Deployment deployment, List<ReplicaSet> all) {
        return all.stream().filter(s -> wanted(s) > 0).anyMatch(s -> {
            var annotations = s.getMetadata().getAnnotations();
            String desired = annotations == null ? null : annotations.get(Revisions.DESIRED);
            return desired != null && !desired.equals(Integer.toString(wanted(deployment)));
        });
    }

    private boolean hasRunningPods(ReplicaSet set) {
        return pods.ownedBy(set.getMetadata().getUid()).stream().anyMatch(p -> !PodState.isFinished(p));
    }

    private static List<ReplicaSet> without(
            List<ReplicaSet> all, @org.jspecify.annotations.Nullable ReplicaSet current) {
        List<ReplicaSet> rest = new ArrayList<>(all);
        rest.removeIf(s -> current != null
                && s.getMetadata().getName().equals(current.getMetadata().getName()));
        return rest;
    }

    private static List<ReplicaSet> with(List<ReplicaSet> old, ReplicaSet current) {
        List<ReplicaSet> all = new ArrayList<>(old);
        all.add(current);
        return all;
    }
}
