package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/** Counts a ReplicaSet's Pods into its status; writes only when a number or a condition changed. */
final class ReplicaSetStatusWriter {
    private final KubernetesClient client;
    private final ReplicaSets replicaSets;
    private final Clock clock;

    ReplicaSetStatusWriter(KubernetesClient client, ReplicaSets replicaSets, Clock clock) {
        this.client = client;
        this.replicaSets = replicaSets;
        this.clock = clock;
    }

    /** @param failure why creating or deleting did not work; null when it did */
    void write(ReplicaSet set, List<Pod> mine, @Nullable KubernetesClientException failure) {
        ReplicaSetStatus before = Objects.requireNonNullElseGet(set.getStatus(), ReplicaSetStatus::new);
        Instant now = clock.now();
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);

        // Once through all Pods, not once a number: a large set is counted at each change of one of its Pods.
        int labelled = 0;
        int ready = 0;
        int available = 0;
        for (Pod pod : mine) {
            if (carriesTemplateLabels(set, pod)) {
                labelled++;
            }
            if (PodState.isReady(pod)) {
                ready++;
                if (PodState.isAvailable(pod, minReady, now)) {
                    available++;
                }
            }
        }
        ReplicaSetStatus after = new ReplicaSetStatus();
        after.setReplicas(mine.size());
        after.setFullyLabeledReplicas(orNone(labelled));
        after.setReadyReplicas(orNone(ready));
        after.setAvailableReplicas(orNone(available));
        after.setObservedGeneration(set.getMetadata().getGeneration());
        after.setConditions(conditions(before, set, mine, failure, now));
        if (!Difference.between(before, after)) {
            return;
        }
        replicaSets.writeStatus(client, set, after);
    }

    private static boolean carriesTemplateLabels(ReplicaSet set, Pod pod) {
        var template = set.getSpec().getTemplate().getMetadata();
        return template == null
                || template.getLabels() == null
                || LabelSelectors.match(template.getLabels(), pod.getMetadata().getLabels());
    }

    private static List<ReplicaSetCondition> conditions(
            ReplicaSetStatus before,
            ReplicaSet set,
            List<Pod> mine,
            @Nullable KubernetesClientException failure,
            Instant now) {
        List<ReplicaSetCondition> conditions = new ArrayList<>(before.getConditions());
        boolean failed = conditions.stream().anyMatch(c -> "ReplicaFailure".equals(c.getType()));
        if (failure != null && !failed) {
            conditions.add(new ReplicaSetConditionBuilder()
                    .withType("ReplicaFailure")
                    .withStatus("True")
                    .withReason(mine.size() < set.getSpec().getReplicas() ? "FailedCreate" : "FailedDelete")
                    .withMessage(PodControl.message(failure))
                    .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                    .build());
        } else if (failure == null && failed) {
            conditions.removeIf(c -> "ReplicaFailure".equals(c.getType()));
        }
        return conditions;
    }

    /** A number that is left out when it is zero, as upstream does. */
    private static @Nullable Integer orNone(int count) {
        return count == 0 ? null : count;
    }
}
