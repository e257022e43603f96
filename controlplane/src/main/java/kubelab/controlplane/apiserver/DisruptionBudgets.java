package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.store.CompareFailedException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an eviction asks before it deletes. Source: pkg/registry/core/pod/storage/eviction.go, release 1.34. */
final class DisruptionBudgets {
    private final ObjectStore objects;

    DisruptionBudgets(ObjectStore objects) {
        this.objects = objects;
    }

    /** Pods that serve nobody any more or not yet may go without asking. */
    static boolean isFree(ObjectNode pod) {
        String phase = Json.string(pod, "status", "phase");
        return phase.equals("Succeeded")
                || phase.equals("Failed")
                || phase.equals("Pending")
                || !Json.string(pod, "metadata", "deletionTimestamp").isEmpty();
    }

    /** Takes one disruption from the Pod's budget. @throws ApiException 429 when there is none left */
    void take(ObjectNode pod, Call call) {
        String namespace = Json.string(pod, "metadata", "namespace");
        List<ObjectNode> budgets = new ArrayList<>();
        for (ObjectNode budget : objects.list("policy", "poddisruptionbudgets", namespace)) {
            if (selects(Json.at(budget, "spec", "selector"), Json.map(pod, "metadata", "labels"))) {
                budgets.add(budget);
            }
        }
        if (budgets.isEmpty()) {
            return;
        }
        if (budgets.size() > 1) {
            throw new ApiException(
                    500,
                    "InternalError",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        ObjectNode budget = budgets.get(0);
        String name = Json.string(budget, "metadata", "name");
        long allowed = Json.number(budget, 0, "status", "disruptionsAllowed");
        if (allowed <= 0) {
            ObjectNode details = Json.object();
            details.putArray("causes")
                    .addObject()
                    .put("reason", "DisruptionBudget")
                    .put(
                            "message",
                            "The disruption budget " + name + " needs "
                                    + Json.number(budget, 0, "status", "desiredHealthy") + " healthy pods and has "
                                    + Json.number(budget, 0, "status", "currentHealthy") + " currently");
            throw new ApiException(
                    429,
                    "TooManyRequests",
                    "Cannot evict pod as it would violate the pod's disruption budget.",
                    details);
        }
        if (call.dryRun()) {
            return;
        }
        ObjectNode status = Json.ensure(budget, "status");
        status.put("disruptionsAllowed", allowed - 1);
        Json.ensure(status, "disruptedPods")
                .put(Json.string(pod, "metadata", "name"), Json.string(pod, "metadata", "creationTimestamp"));
        try {
            objects.updateOther("policy", "poddisruptionbudgets", budget);
        } catch (CompareFailedException raced) {
            throw new ApiException(
                    429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.");
        }
    }

    private static boolean selects(@Nullable JsonNode selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        for (Map.Entry<String, String> e : Json.map(selector, "matchLabels").entrySet()) {
            if (!e.getValue().equals(labels.get(e.getKey()))) {
                return false;
            }
        }
        for (JsonNode e : Json.items(selector, "matchExpressions")) {
            @Nullable String value = labels.get(Json.string(e, "key"));
            List<String> values = Json.strings(e, "values");
            boolean matches =
                    switch (Json.string(e, "operator")) {
                        case "In" -> value != null && values.contains(value);
                        case "NotIn" -> value == null || !values.contains(value);
                        case "Exists" -> value != null;
                        default -> value == null;
                    };
            if (!matches) {
                return false;
            }
        }
        return true;
    }
}
