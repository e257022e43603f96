package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What controllers read in a Pod's status. */
public final class PodState {
    private PodState() {}

    public static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    public static boolean isFinished(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Neither finished nor being deleted: it counts as a replica. */
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && !isTerminating(pod);
    }

    public static boolean isReady(Pod pod) {
        // A controller asks this of all its Pods at each change of one of them.
        if (pod.getStatus() != null && pod.getStatus().getConditions() != null) {
            for (PodCondition condition : pod.getStatus().getConditions()) {
                if ("Ready".equals(condition.getType())) {
                    return "True".equals(condition.getStatus());
                }
            }
        }
        return false;
    }

    /** Ready for at least {@code minReadySeconds}. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        return isReady(pod)
                && (minReadySeconds == 0
                        || !readySince(pod).plusSeconds(minReadySeconds).isAfter(now));
    }

    /**
     * Whether who counts Pods counts both the same: same labels, same phase, same readiness since the same time. A
     * Pod's status is written several times before it says anything that counts.
     */
    public static boolean countsAlike(Pod before, Pod after) {
        return isTerminating(before) == isTerminating(after)
                && phase(before).equals(phase(after))
                && condition(before, "Ready").equals(condition(after, "Ready"))
                && Objects.equals(
                        before.getMetadata().getLabels(), after.getMetadata().getLabels());
    }

    /** How long until a ready Pod becomes available. */
    public static Duration untilAvailable(Pod pod, int minReadySeconds, Instant now) {
        return Duration.between(now, readySince(pod).plusSeconds(minReadySeconds));
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        for (PodCondition condition : pod.getStatus().getConditions()) {
            if (type.equals(condition.getType())) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    private static Instant readySince(Pod pod) {
        return condition(pod, "Ready")
                .map(PodCondition::getLastTransitionTime)
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }
}
