package kubelab.controlplane.controllermanager.deployment;

import static kubelab.controlplane.controllermanager.deployment.Replicas.wanted;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.events.EventRecorder;

/** Writes ReplicaSets for a Deployment: makes the one of a new template, scales, removes what history no longer keeps. */
final class ReplicaSetScaler {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final CreationGuard guard;
    private final Clock clock;

    /** The ReplicaSet of the present template, and the Deployment as it is after what was written to it on the way. */
    record Current(Deployment deployment, ReplicaSet set) {}

    ReplicaSetScaler(KubernetesClient client, EventRecorder events, CreationGuard guard, Clock clock) {
        this.client = client;
        this.events = events;
        this.guard = guard;
        this.clock = clock;
    }

    /** The ReplicaSet of the present template, if there is one. Revision and conditions are brought up to it. */
    Optional<Current> current(Deployment deployment, List<ReplicaSet> all) {
        return Revisions.current(deployment, all).map(present -> {
            List<ReplicaSet> old = new ArrayList<>(all);
            old.remove(present);
            ReplicaSet current = refresh(deployment, present, Revisions.highest(old) + 1);
            Deployment noted = noteRevision(
                    deployment,
                    Revisions.revision(current.getMetadata().getAnnotations()),
                    "FoundNewReplicaSet",
                    "Found new replica set \"" + current.getMetadata().getName() + "\"",
                    false);
            return new Current(noted, current);
        });
    }

    /** The same; made now if there is none. */
    Current currentOrNew(Deployment deployment, List<ReplicaSet> all) {
        Optional<Current> present = current(deployment, all);
        if (present.isPresent()) {
            return present.get();
        }
        List<ReplicaSet> old = all;
        long revision = Revisions.highest(old) + 1;
        int size = RollingUpdate.newReplicas(deployment, old, 0);
        ReplicaSet made = create(deployment, Revisions.create(deployment, revision, size));
        if (size > 0) {
            events.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled up replica set " + made.getMetadata().getName() + " from 0 to " + size);
        }
        Deployment noted = noteRevision(
                deployment,
                revision,
                "NewReplicaSetCreated",
                "Created new replica set \"" + made.getMetadata().getName() + "\"",
                true);
        return new Current(noted, made);
    }

    /** Scales, notes for which size of the Deployment, and says so. */
    ReplicaSet scale(Deployment deployment, ReplicaSet set, int size) {
        int before = wanted(set);
        Map<String, String> annotations = Revisions.withSize(
                Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.of()), deployment);
        if (before == size && annotations.equals(set.getMetadata().getAnnotations())) {
            return set;
        }
        ReplicaSet scaled = client.resource(new ReplicaSetBuilder(set)
                        .editMetadata()
                        .withAnnotations(annotations)
                        .endMetadata()
                        .editSpec()
                        .withReplicas(size)
                        .endSpec()
                        .build())
                .update();
        if (before != size) {
            events.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled " + (size > before ? "up" : "down") + " replica set "
                            + set.getMetadata().getName() + " from " + before + " to " + size);
        }
        return scaled;
    }

    /**
     * Spreads a changed size over the revisions: the only active one takes it all; a rollout that is done leaves nothing
     * to the old ones; in the middle of one, each gets its share of what was added or taken.
     */
    List<ReplicaSet> proportionally(Deployment deployment, List<ReplicaSet> all, Optional<ReplicaSet> current) {
        List<ReplicaSet> result = new ArrayList<>(all);
        List<ReplicaSet> active = all.stream().filter(s -> wanted(s) > 0).toList();
        if (active.size() <= 1) {
            Optional<ReplicaSet> only = active.isEmpty()
                    ? current.or(() -> all.stream()
                            .max(Comparator.comparing(s -> s.getMetadata().getCreationTimestamp())))
                    : Optional.of(active.get(0));
            only.ifPresent(set -> result.set(result.indexOf(set), scale(deployment, set, wanted(deployment))));
            return result;
        }
        if (current.filter(s -> isSaturated(deployment, s)).isPresent()) {
            for (ReplicaSet set : active) {
                if (!set.equals(current.get())) {
                    result.set(result.indexOf(set), scale(deployment, set, 0));
                }
            }
            return result;
        }
        if (!Replicas.isRolling(deployment)) {
            return result;
        }
        int total = wanted(active);
        int allowed = wanted(deployment) > 0 ? wanted(deployment) + Replicas.maxSurge(deployment) : 0;
        int toAdd = allowed - total;
        Comparator<ReplicaSet> newestFirst =
                Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp());
        List<ReplicaSet> bySize = active.stream()
                .sorted(Comparator.comparing((ReplicaSet s) -> -wanted(s))
                        .thenComparing(toAdd > 0 ? newestFirst.reversed() : newestFirst))
                .toList();
        Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
        int added = 0;
        for (ReplicaSet set : bySize) {
            int share = toAdd == 0 ? 0 : share(deployment, set, toAdd, added);
            sizes.put(set, wanted(set) + share);
            added += share;
        }
        ReplicaSet largest = bySize.get(0);
        sizes.merge(largest, toAdd - added, (size, rest) -> Math.max(0, size + rest));
        sizes.forEach((set, size) -> result.set(result.indexOf(set), scale(deployment, set, size)));
        return result;
    }

    /** Deletes the oldest empty ReplicaSets beyond {@code revisionHistoryLimit}. */
    void removeHistory(Deployment deployment, List<ReplicaSet> old) {
        Integer limit = deployment.getSpec().getRevisionHistoryLimit();
        if (limit == null) {
            return;
        }
        List<ReplicaSet> oldest = old.stream()
                .filter(s -> s.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(
                        s -> Revisions.revision(s.getMetadata().getAnnotations())))
                .toList();
        for (ReplicaSet set : oldest.subList(0, Math.max(0, oldest.size() - limit))) {
            boolean empty = wanted(set) == 0
                    && set.getStatus() != null
                    && Replicas.number(set.getStatus().getReplicas()) == 0
                    && Objects.equals(
                            set.getStatus().getObservedGeneration(),
                            set.getMetadata().getGeneration());
            if (empty) {
                client.resource(set).delete();
            }
        }
    }

    private static int share(Deployment deployment, ReplicaSet set, int toAdd, int added) {
        var annotations = Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.<String, String>of());
        int oldMax = Integer.parseInt(annotations.getOrDefault(Revisions.MAX, Integer.toString(wanted(deployment))));
        double newMax = wanted(deployment) + Replicas.maxSurge(deployment);
        int share = (int) Math.round(wanted(set) * newMax / Math.max(1, oldMax)) - wanted(set);
        int left = toAdd - added;
        return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    }

    private static boolean isSaturated(Deployment deployment, ReplicaSet set) {
        var annotations = set.getMetadata().getAnnotations();
        String desired = annotations == null ? null : annotations.get(Revisions.DESIRED);
        return wanted(set) == wanted(deployment)
                && Integer.toString(wanted(deployment)).equals(desired)
                && Replicas.available(set) == wanted(deployment);
    }

    private ReplicaSet refresh(Deployment deployment, ReplicaSet current, long revision) {
        Map<String, String> before =
                Objects.requireNonNullElse(current.getMetadata().getAnnotations(), Map.of());
        Map<String, String> after = Revisions.annotations(deployment, before, revision);
        Integer minReady = deployment.getSpec().getMinReadySeconds();
        if (after.equals(before) && Objects.equals(minReady, current.getSpec().getMinReadySeconds())) {
            return current;
        }
        return client.resource(new ReplicaSetBuilder(current)
                        .editMetadata()
                        .withAnnotations(after)
                        .endMetadata()
                        .editSpec()
                        .withMinReadySeconds(minReady)
                        .endSpec()
                        .build())
                .update();
    }

    private ReplicaSet create(Deployment deployment, ReplicaSet wanted) {
        Key key = Key.of(deployment);
        Duration hold = guard.hold(key, 0);
        if (!hold.isZero()) {
            throw new IllegalStateException(
                    "too many ReplicaSets of Deployment " + key + " in a minute: the next one in " + hold);
        }
        try {
            ReplicaSet made = client.resource(wanted).create();
            guard.created(key);
            return made;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            ReplicaSet taken = client.resource(wanted).get();
            if (taken != null
                    && Ownership.isControlledBy(taken, deployment)
                    && Revisions.sameTemplate(deployment, taken)) {
                return taken; // ours, made a moment ago; the cache did not show it yet
            }
            // Another template has this hash: count up and try with the next.
            DeploymentStatus status = RolloutStatus.status(deployment);
            client.resource(new DeploymentBuilder(deployment)
                            .editOrNewStatus()
                            .withCollisionCount(Replicas.number(status.getCollisionCount()) + 1)
                            .endStatus()
                            .build())
                    .updateStatus();
            throw e;
        }
    }

    /** The revision goes into an annotation, and the first sight of a ReplicaSet counts as progress. */
    private Deployment noteRevision(Deployment deployment, long revision, String reason, String message, boolean made) {
        Deployment latest = deployment;
        String text = Long.toString(revision);
        var annotations = Objects.requireNonNullElse(latest.getMetadata().getAnnotations(), Map.<String, String>of());
        if (!text.equals(annotations.get(Revisions.REVISION))) {
            latest = client.resource(new DeploymentBuilder(latest)
                            .editMetadata()
                            .addToAnnotations(Revisions.REVISION, text)
                            .endMetadata()
                            .build())
                    .update();
        }
        boolean first =
                RolloutStatus.get(RolloutStatus.status(latest), "Progressing").isEmpty();
        if (latest.getSpec().getProgressDeadlineSeconds() != null && (made || first)) {
            Deployment copy = new DeploymentBuilder(latest).build();
            DeploymentStatus status = RolloutStatus.status(copy);
            RolloutStatus.set(status, RolloutStatus.condition("Progressing", "True", reason, message, clock.now()));
            copy.setStatus(status);
            latest = client.resource(copy).updateStatus();
        }
        return latest;
    }
}
