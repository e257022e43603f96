package kubelab.controlplane.controllermanager.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.controllermanager.loop.TemplateHistory;
import kubelab.controlplane.events.EventRecorder;

/**
 * Keeps Pods 0 … n-1. In order: a Pod is made when all before it are ready, and removed when all after it are gone. A
 * namesake can only be made when the old Pod is gone for good, so a lost node blocks its number until somebody decides.
 *
 * <p>Simplified: updates go one Pod at a time.
 */
final class StatefulSetReconciler implements Reconciler {
    private final Cached<StatefulSet> sets;
    private final Cached<Pod> pods;
    private final TemplateHistory history;
    private final ClaimControl claims;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final CreationGuard guard;
    private final Clock clock;

    StatefulSetReconciler(
            Cached<StatefulSet> sets,
            Cached<Pod> pods,
            TemplateHistory history,
            ClaimControl claims,
            KubernetesClient client,
            EventRecorder events,
            Clock clock) {
        this.sets = sets;
        this.pods = pods;
        this.history = history;
        this.claims = claims;
        this.client = client;
        this.events = events;
        this.guard = new CreationGuard(clock, events);
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<StatefulSet> found = sets.get(key);
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
            guard.forget(key);
            return Result.done();
        }
        StatefulSet set = found.get();
        if (!guard.keeps(
                set, set.getSpec().getSelector(), set.getSpec().getTemplate().getMetadata())) {
            return Result.done();
        }
        Duration hold = guard.hold(key, set.getSpec().getReplicas());
        SortedMap<Integer, Pod> byOrdinal = new TreeMap<>();
        new PodAdoption(client)
                .claim(set, set.getSpec().getSelector(), pods.inNamespace(key.namespace()))
                .forEach(p -> byOrdinal.put(Identity.ordinal(set, p), p));
        byOrdinal.remove(-1);

        String update = history.current(set, set.getSpec().getTemplate(), selectorLabels(set))
                .getMetadata()
                .getName();
        String current = Optional.ofNullable(set.getStatus())
                .map(StatefulSetStatus::getCurrentRevision)
                .orElse(update);
        try {
            byOrdinal.forEach(
                    (ordinal, pod) -> claims.follow(set, ordinal, pod, ordinal < first(set) || ordinal >= end(set)));
            boolean settled = hold.isZero() && fill(set, byOrdinal, current, update) && shrink(set, byOrdinal);
            if (settled
                    && "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType())) {
                replaceOutdated(set, byOrdinal, update);
            }
        } finally {
            writeStatus(set, byOrdinal, current, update);
        }
        return hold.isZero() ? Result.done() : Result.after(hold);
    }
    // end::reconcile[]

    /** Makes what is missing, from the lowest number up. False when a Pod must be waited for. */
    private boolean fill(StatefulSet set, SortedMap<Integer, Pod> present, String current, String update) {
        for (int i = first(set); i < end(set); i++) {
            Pod pod = present.get(i);
            if (pod != null && PodState.isFinished(pod) && !PodState.isTerminating(pod)) {
                delete(set, pod); // it comes back under the same name
                return false;
            }
            if (pod == null && claims.isStale(set, i)) {
                return false; // when the claim is gone, the set is looked at again
            }
            if (pod == null) {
                String revision = i < first(set) + partition(set) ? current : update;
                present.put(i, create(set, revision, i));
            }
            if (isOrdered(set) && (pod == null || !isReady(pod))) {
                return false;
            }
        }
        return true;
    }

    /** Removes what is too much, from the highest number down. False when a Pod must be waited for. */
    private boolean shrink(StatefulSet set, SortedMap<Integer, Pod> present) {
        List<Integer> surplus = new ArrayList<>(present.tailMap(end(set)).keySet());
        for (int i = surplus.size() - 1; i >= 0; i--) {
            Pod pod = Objects.requireNonNull(present.get(surplus.get(i)));
            if (!PodState.isTerminating(pod)) {
                delete(set, pod);
            }
            if (isOrdered(set)) {
                return false;
            }
        }
        return true;
    }

    /** A rolling update deletes the highest Pod that is not of the new revision, once all above it are ready. */
    private void replaceOutdated(StatefulSet set, SortedMap<Integer, Pod> present, String update) {
        for (int i = end(set) - 1; i >= first(set) + partition(set); i--) {
            Pod pod = present.get(i);
            if (pod == null || PodState.isTerminating(pod)) {
                return;
            }
            if (!update.equals(revision(pod))) {
                delete(set, pod);
                return;
            }
            if (!isReady(pod)) {
                return;
            }
        }
    }

    private Pod create(StatefulSet set, String revision, int ordinal) {
        PodTemplateSpec template = history.template(set.getMetadata().getNamespace(), revision)
                .orElse(set.getSpec().getTemplate());
        String name = Identity.name(set, ordinal);
        String in = " in StatefulSet " + set.getMetadata().getName() + " ";
        claims.create(set, ordinal);
        try {
            Pod made = client.resource(Identity.pod(set, template, revision, ordinal))
                    .create();
            guard.created(Key.of(set));
            events.normal(set, "SuccessfulCreate", "create Pod " + name + in + "successful");
            return made;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !PodControl.isNamespaceTerminating(e)) {
                events.warning(
                        set, "FailedCreate", "create Pod " + name + in + "failed error: " + PodControl.message(e));
            }
            throw e;
        }
    }

    private void delete(StatefulSet set, Pod pod) {
        String name = pod.getMetadata().getName();
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .delete();
        events.normal(
                set,
                "SuccessfulDelete",
                "delete Pod " + name + " in StatefulSet " + set.getMetadata().getName() + " successful");
    }

    private void writeStatus(StatefulSet set, SortedMap<Integer, Pod> present, String current, String update) {
        List<Pod> all = List.copyOf(present.values());
        int wanted = set.getSpec().getReplicas();
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        StatefulSetStatus after = new StatefulSetStatus();
        after.setReplicas(all.size());
        after.setReadyReplicas(count(all, StatefulSetReconciler::isReady));
        int available = count(all, p -> isReady(p) && PodState.isAvailable(p, minReady, clock.now()));
        after.setAvailableReplicas(available);
        int updated = count(all, p -> update.equals(revision(p)) && !PodState.isTerminating(p));
        boolean done = updated == wanted && Objects.equals(after.getReadyReplicas(), wanted) && all.size() == wanted;
        after.setCurrentRevision(done ? update : current);
        after.setUpdateRevision(update);
        int ofCurrent = count(all, p -> after.getCurrentRevision().equals(revision(p)) && !PodState.isTerminating(p));
        after.setCurrentReplicas(ofCurrent == 0 ? null : ofCurrent);
        after.setUpdatedReplicas(updated == 0 ? null : updated);
        after.setReadyReplicas(after.getReadyReplicas() == 0 ? null : after.getReadyReplicas());
        after.setCollisionCount(0);
        after.setObservedGeneration(set.getMetadata().getGeneration());
        if (Difference.between(set.getStatus(), after)) {
            client.resource(new StatefulSetBuilder(set).withStatus(after).build())
                    .updateStatus();
        }
    }

    private static int count(List<Pod> pods, java.util.function.Predicate<Pod> which) {
        return (int) pods.stream().filter(which).count();
    }

    private static boolean isReady(Pod pod) {
        return PodState.phase(pod).equals("Running") && PodState.isReady(pod) && !PodState.isTerminating(pod);
    }

    private static boolean isOrdered(StatefulSet set) {
        return !"Parallel".equals(set.getSpec().getPodManagementPolicy());
    }

    private static int first(StatefulSet set) {
        return set.getSpec().getOrdinals() == null
                ? 0
                : Objects.requireNonNullElse(set.getSpec().getOrdinals().getStart(), 0);
    }

    /** The first number that no Pod is to have. */
    private static int end(StatefulSet set) {
        return first(set) + set.getSpec().getReplicas();
    }

    private static int partition(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || strategy.getRollingUpdate() == null
                ? 0
                : Objects.requireNonNullElse(strategy.getRollingUpdate().getPartition(), 0);
    }

    private static String revision(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(Identity.REVISION, "");
    }

    private static Map<String, String> selectorLabels(StatefulSet set) {
        return Objects.requireNonNullElse(set.getSpec().getSelector().getMatchLabels(), Map.of());
    }
}
