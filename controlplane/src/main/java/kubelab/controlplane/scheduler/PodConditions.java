package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import kubelab.containers.clock.Clock;

/** What the scheduler writes into the status of Pods. A Pod that is gone by now needs none. */
final class PodConditions {
    private PodConditions() {}

    /** @param nominated the node where room is being made; empty for none */
    static void pending(KubernetesClient client, Clock clock, Pod pod, String message, String nominated) {
        Optional<PodCondition> before = find(pod, "PodScheduled").filter(c -> "False".equals(c.getStatus()));
        boolean noted = before.filter(c -> message.equals(c.getMessage())).isPresent();
        if (noted && nominated.equals(Placement.nominatedNode(pod))) {
            return;
        }
        PodCondition condition = condition(clock, pod, "PodScheduled", "False", "Unschedulable", message);
        before.ifPresent(c -> condition.setLastTransitionTime(c.getLastTransitionTime()));
        String also = nominated.equals(Placement.nominatedNode(pod))
                ? ""
                : ",\"nominatedNodeName\":" + (nominated.isEmpty() ? "null" : "\"" + nominated + "\"");
        patch(client, pod, "\"conditions\":[" + Serialization.asJson(condition) + "]" + also);
    }

    /** The scheduler itself failed with the Pod, after it had found a node. */
    static void failed(KubernetesClient client, Clock clock, Pod pod, String message) {
        Optional<PodCondition> before = find(pod, "PodScheduled").filter(c -> "False".equals(c.getStatus()));
        if (before.filter(c -> message.equals(c.getMessage())).isPresent()) {
            return;
        }
        PodCondition condition = condition(clock, pod, "PodScheduled", "False", "SchedulerError", message);
        before.ifPresent(c -> condition.setLastTransitionTime(c.getLastTransitionTime()));
        patch(client, pod, "\"conditions\":[" + Serialization.asJson(condition) + "]");
    }

    /** The Pod is about to be deleted, and not by its owner's wish. */
    static void preempted(KubernetesClient client, Clock clock, Pod pod, String preemptor) {
        PodCondition condition = condition(
                clock,
                pod,
                "DisruptionTarget",
                "True",
                "PreemptionByScheduler",
                preemptor + ": preempting to accommodate a higher priority pod");
        patch(client, pod, "\"conditions\":[" + Serialization.asJson(condition) + "]");
    }

    static void clearNomination(KubernetesClient client, Pod pod) {
        patch(client, pod, "\"nominatedNodeName\":null");
    }

    private static Optional<PodCondition> find(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .findFirst();
    }

    private static PodCondition condition(
            Clock clock, Pod pod, String type, String status, String reason, String message) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withLastTransitionTime(
                        clock.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    private static void patch(KubernetesClient client, Pod pod, String status) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"status\":{" + status + "}}");
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
