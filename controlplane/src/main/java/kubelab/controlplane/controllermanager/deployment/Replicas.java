package kubelab.controlplane.controllermanager.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Objects;

/** The numbers of a rollout, read from Deployments and ReplicaSets; nothing that is missing is null here. */
final class Replicas {
    private Replicas() {}

    static int wanted(Deployment deployment) {
        return deployment.getSpec().getReplicas();
    }

    static int wanted(ReplicaSet set) {
        return set.getSpec().getReplicas();
    }

    static int wanted(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Replicas::wanted).sum();
    }

    static int actual(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(s -> number(status(s).getReplicas())).sum();
    }

    static int ready(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(s -> number(status(s).getReadyReplicas())).sum();
    }

    static int available(ReplicaSet set) {
        return number(status(set).getAvailableReplicas());
    }

    static int available(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Replicas::available).sum();
    }

    /** How many Pods more than wanted may exist for a moment; a percentage is rounded up. */
    static int maxSurge(Deployment deployment) {
        return isRolling(deployment)
                ? resolve(deployment.getSpec().getStrategy().getRollingUpdate().getMaxSurge(), wanted(deployment), true)
                : 0;
    }

    /**
     * How many Pods fewer than wanted may be available for a moment; a percentage is rounded down. If both bounds come
     * out as 0 one Pod may be missing, or nothing could ever move.
     */
    static int maxUnavailable(Deployment deployment) {
        int wanted = wanted(deployment);
        if (!isRolling(deployment) || wanted == 0) {
            return 0;
        }
        int unavailable =
                resolve(deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable(), wanted, false);
        if (unavailable == 0 && maxSurge(deployment) == 0) {
            return 1;
        }
        return Math.min(unavailable, wanted);
    }

    static boolean isRolling(Deployment deployment) {
        return "RollingUpdate".equals(deployment.getSpec().getStrategy().getType())
                && deployment.getSpec().getStrategy().getRollingUpdate() != null;
    }

    static int number(@org.jspecify.annotations.Nullable Integer number) {
        return Objects.requireNonNullElse(number, 0);
    }

    private static io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus status(ReplicaSet set) {
        return Objects.requireNonNullElseGet(
                set.getStatus(), io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus::new);
    }

    private static int resolve(@org.jspecify.annotations.Nullable IntOrString value, int of, boolean roundUp) {
        if (value == null) {
            return 0;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        int percent = Integer.parseInt(text.substring(0, text.length() - 1));
        return roundUp ? (int) Math.ceil(of * percent / 100.0) : of * percent / 100;
    }
}
