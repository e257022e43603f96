package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;

/** Makes the number of a ReplicaSet's Pods what its spec says. */
final class ReplicaSetReconciler implements Reconciler {
    /** So many Pods at most are created or deleted in one go. */
    static final int BURST = 500;

    private final ReplicaSets replicaSets;
    private final Cached<Pod> pods;
    private final PodAdoption adoption;
    private final PodControl control;
    private final ReplicaSetStatusWriter status;
    private final Expectations expectations;
    private final CreationGuard guard;
    private final Clock clock;

    ReplicaSetReconciler(
            ReplicaSets replicaSets,
            Cached<Pod> pods,
            PodAdoption adoption,
            PodControl control,
            ReplicaSetStatusWriter status,
            Expectations expectations,
            CreationGuard guard,
            Clock clock) {
        this.replicaSets = replicaSets;
        this.pods = pods;
        this.adoption = adoption;
        this.control = control;
        this.status = status;
        this.expectations = expectations;
        this.guard = guard;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<ReplicaSet> found = replicaSets.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
            guard.forget(key);
            return Result.done();
        }
        ReplicaSet set = found.get();
        if (!guard.keeps(
                set, set.getSpec().getSelector(), set.getSpec().getTemplate().getMetadata())) {
            return Result.done();
        }
        boolean cacheIsCurrent = expectations.satisfied(key);

        List<Pod> mine = adoption.claim(set, set.getSpec().getSelector(), candidates(set));

        KubernetesClientException failure = null;
        Duration hold = Duration.ZERO;
        if (cacheIsCurrent && set.getMetadata().getDeletionTimestamp() == null) {
            try {
                int missing = set.getSpec().getReplicas() - mine.size();
                if (missing > 0) {
                    hold = guard.hold(key, set.getSpec().getReplicas());
                    if (hold.isZero()) {
                        create(key, set, Math.min(missing, BURST));
                    }
                } else if (missing < 0) {
                    delete(key, set, mine, Math.min(-missing, BURST));
                }
            } catch (KubernetesClientException e) {
                failure = e;
            }
        }
        // The status says what was seen, not what was just done: the watch will call again.
        status.write(set, mine, failure);
        if (failure != null) {
            throw failure;
        }
        return hold.isZero() ? untilNextBecomesAvailable(set, mine) : Result.after(hold);
    }
    // end::reconcile[]

    /** What it owns and what nobody does; what others own does not matter. */
    private List<Pod> candidates(ReplicaSet set) {
        List<Pod> active = new ArrayList<>();
        for (Pod pod : pods.ownedBy(set.getMetadata().getUid())) {
            if (PodState.isActive(pod)) {
                active.add(pod);
            }
        }
        for (Pod pod : pods.unmanaged(set.getMetadata().getNamespace())) {
            if (PodState.isActive(pod)) {
                active.add(pod);
            }
        }
        return active;
    }

    private void create(Key key, ReplicaSet set, int count) {
        expectations.expectCreations(key, count);
        for (int done = 0; done < count; done++) {
            try {
                control.create(set, PodControl.fromTemplate(set, set.getSpec().getTemplate()));
                guard.created(key);
            } catch (KubernetesClientException e) {
                // What is wrong with one is wrong with all; the rest is tried later, not now.
                for (int left = done; left < count; left++) {
                    expectations.created(key);
                }
                if (PodControl.isNamespaceTerminating(e)) {
                    return;
                }
                throw e;
            }
        }
    }

    private void delete(Key key, ReplicaSet set, List<Pod> mine, int count) {
        List<Pod> victims = DeletionOrder.of(mine, related(set)).subList(0, count);
        Set<String> uids = victims.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet());
        expectations.expectDeletions(key, uids);
        for (Pod victim : victims) {
            try {
                control.delete(set, victim);
            } catch (KubernetesClientException e) {
                uids.forEach(uid -> expectations.deleted(key, uid));
                throw e;
            }
        }
    }

    /** All active Pods of sibling ReplicaSets too: of two Pods, the one on the fuller node goes first. */
    private List<Pod> related(ReplicaSet set) {
        return set.getMetadata().getOwnerReferences().stream()
                .filter(r -> Boolean.TRUE.equals(r.getController()))
                .findFirst()
                .map(owner -> replicaSets.ownedBy(owner.getUid()))
                .orElse(List.of(set))
                .stream()
                .flatMap(sibling -> pods.ownedBy(sibling.getMetadata().getUid()).stream())
                .filter(PodState::isActive)
                .toList();
    }

    private Result untilNextBecomesAvailable(ReplicaSet set, List<Pod> mine) {
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        if (minReady == 0) {
            return Result.done();
        }
        Instant now = clock.now();
        return mine.stream()
                .filter(p -> PodState.isReady(p) && !PodState.isAvailable(p, minReady, now))
                .map(p -> PodState.untilAvailable(p, minReady, now))
                .min(Comparator.naturalOrder())
                .map(Result::after)
                .orElse(Result.done());
    }
}
