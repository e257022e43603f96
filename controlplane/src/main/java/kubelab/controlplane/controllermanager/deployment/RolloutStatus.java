package kubelab.controlplane.controllermanager.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment's status, computed from its ReplicaSets: numbers, and the conditions Available, Progressing and
 * ReplicaFailure. Pure functions.
 *
 * <p>Source: {@code pkg/controller/deployment/progress.go} and {@code sync.go}, 1.34.
 */
final class RolloutStatus {
    private RolloutStatus() {}

    /** The numbers, the condition Available, and whatever other conditions there were. */
    static DeploymentStatus numbers(
            Deployment deployment, List<ReplicaSet> all, Optional<ReplicaSet> current, Instant now) {
        DeploymentStatus before = status(deployment);
        List<ReplicaSet> newest = current.map(List::of).orElse(List.of());
        int available = Replicas.available(all);
        int unavailable = Math.max(0, Replicas.wanted(all) - available);

        DeploymentStatus after = new DeploymentStatus();
        after.setObservedGeneration(deployment.getMetadata().getGeneration());
        after.setReplicas(orAbsent(Replicas.actual(all)));
        after.setUpdatedReplicas(orAbsent(Replicas.actual(newest)));
        after.setReadyReplicas(orAbsent(Replicas.ready(all)));
        after.setAvailableReplicas(orAbsent(available));
        after.setUnavailableReplicas(orAbsent(unavailable));
        after.setCollisionCount(before.getCollisionCount());
        after.setConditions(new ArrayList<>(before.getConditions()));

        boolean enough = available >= Replicas.wanted(deployment) - Replicas.maxUnavailable(deployment);
        set(
                after,
                enough
                        ? condition(
                                "Available",
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.",
                                now)
                        : condition(
                                "Available",
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability.",
                                now));
        return after;
    }

    // tag::progress[]
    /** Adds whether the rollout is done, moves, or stands still for too long. */
    static DeploymentStatus withProgress(
            Deployment deployment,
            DeploymentStatus after,
            List<ReplicaSet> all,
            Optional<ReplicaSet> current,
            Instant now) {
        DeploymentStatus before = status(deployment);
        String who = current.map(s -> "ReplicaSet \"" + s.getMetadata().getName() + "\"")
                .orElse("Deployment \"" + deployment.getMetadata().getName() + "\"");
        Optional<DeploymentCondition> progressing = get(before, "Progressing");
        // A rollout that was reported complete stays so when its Pods come and go later.
        boolean doneBefore = Replicas.number(after.getReplicas()) == Replicas.number(after.getUpdatedReplicas())
                && progressing
                        .filter(c -> "NewReplicaSetAvailable".equals(c.getReason()))
                        .isPresent();
        if (deployment.getSpec().getProgressDeadlineSeconds() != null && !doneBefore) {
            if (isComplete(deployment, after)) {
                set(
                        after,
                        condition(
                                "Progressing",
                                "True",
                                "NewReplicaSetAvailable",
                                who + " has successfully progressed.",
                                now));
            } else if (moved(before, after)) {
                progressed(after, condition("Progressing", "True", "ReplicaSetUpdated", who + " is progressing.", now));
            } else if (isOverdue(deployment, progressing, now)) {
                set(
                        after,
                        condition(
                                "Progressing",
                                "False",
                                "ProgressDeadlineExceeded",
                                who + " has timed out progressing.",
                                now));
            }
        }
        replicaFailure(all, current).ifPresentOrElse(c -> set(after, c), () -> remove(after, "ReplicaFailure"));
        return after;
    }
    // end::progress[]

    static boolean isComplete(Deployment deployment, DeploymentStatus status) {
        int wanted = Replicas.wanted(deployment);
        return Replicas.number(status.getUpdatedReplicas()) == wanted
                && Replicas.number(status.getReplicas()) == wanted
                && Replicas.number(status.getAvailableReplicas()) == wanted
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration());
    }

    /** When to look again because the deadline for progress will have passed; empty when nothing is under way. */
    static Optional<Duration> untilOverdue(Deployment deployment, DeploymentStatus status, Instant now) {
        Optional<DeploymentCondition> progressing = get(status, "Progressing");
        Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
        if (progressing.isEmpty()
                || deadline == null
                || isComplete(deployment, status)
                || "ProgressDeadlineExceeded".equals(progressing.get().getReason())
                // A rollout that is over cannot fail any more, whatever becomes of its Pods.
                || "NewReplicaSetAvailable".equals(progressing.get().getReason())
                || Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            return Optional.empty();
        }
        Instant due = Instant.parse(progressing.get().getLastUpdateTime()).plusSeconds(deadline);
        return Optional.of(Duration.between(now, due).plusSeconds(1));
    }

    static DeploymentStatus status(Deployment deployment) {
        return Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    }

    static Optional<DeploymentCondition> get(DeploymentStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    static DeploymentCondition condition(String type, String status, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(time)
                .withLastTransitionTime(time)
                .build();
    }

    /** Sets a condition; one that only repeats status and reason changes nothing, not even its time. */
    static void set(DeploymentStatus status, DeploymentCondition condition) {
        Optional<DeploymentCondition> present = get(status, condition.getType());
        if (present.filter(c -> c.getStatus().equals(condition.getStatus())
                        && c.getReason().equals(condition.getReason()))
                .isPresent()) {
            return;
        }
        present.filter(c -> c.getStatus().equals(condition.getStatus()))
                .ifPresent(c -> condition.setLastTransitionTime(c.getLastTransitionTime()));
        remove(status, condition.getType());
        status.getConditions().add(condition);
    }

    /** As {@link #set}, but its update time moves with each step: from then on the deadline counts anew. */
    private static void progressed(DeploymentStatus status, DeploymentCondition condition) {
        get(status, "Progressing").ifPresent(c -> {
            if (c.getStatus().equals("True")) {
                condition.setLastTransitionTime(c.getLastTransitionTime());
            }
        });
        remove(status, "Progressing");
        status.getConditions().add(condition);
    }

    static void remove(DeploymentStatus status, String type) {
        status.getConditions().removeIf(c -> type.equals(c.getType()));
    }

    private static boolean moved(DeploymentStatus before, DeploymentStatus after) {
        int oldBefore = Replicas.number(before.getReplicas()) - Replicas.number(before.getUpdatedReplicas());
        int oldAfter = Replicas.number(after.getReplicas()) - Replicas.number(after.getUpdatedReplicas());
        return Replicas.number(after.getUpdatedReplicas()) > Replicas.number(before.getUpdatedReplicas())
                || oldAfter < oldBefore
                || Replicas.number(after.getReadyReplicas()) > Replicas.number(before.getReadyReplicas())
                || Replicas.number(after.getAvailableReplicas()) > Replicas.number(before.getAvailableReplicas());
    }

    private static boolean isOverdue(Deployment deployment, Optional<DeploymentCondition> progressing, Instant now) {
        if (progressing.isEmpty()) {
            return false;
        }
        String reason = progressing.get().getReason();
        if ("ProgressDeadlineExceeded".equals(reason)) {
            return true;
        }
        if ("NewReplicaSetAvailable".equals(reason)) {
            return false;
        }
        Instant since = Instant.parse(progressing.get().getLastUpdateTime());
        return since.plusSeconds(deployment.getSpec().getProgressDeadlineSeconds())
                .isBefore(now);
    }

    private static Optional<DeploymentCondition> replicaFailure(List<ReplicaSet> all, Optional<ReplicaSet> current) {
        List<ReplicaSet> newestFirst = new ArrayList<>(current.map(List::of).orElse(List.of()));
        newestFirst.addAll(all);
        return newestFirst.stream()
                .filter(s -> s.getStatus() != null)
                .flatMap(s -> s.getStatus().getConditions().stream())
                .filter(c -> "ReplicaFailure".equals(c.getType()))
                .findFirst()
                .map(RolloutStatus::fromReplicaSet);
    }

    private static DeploymentCondition fromReplicaSet(ReplicaSetCondition c) {
        return condition(
                c.getType(), c.getStatus(), c.getReason(), c.getMessage(), Instant.parse(c.getLastTransitionTime()));
    }

    private static @Nullable Integer orAbsent(int number) {
        return number == 0 ? null : number;
    }
}
