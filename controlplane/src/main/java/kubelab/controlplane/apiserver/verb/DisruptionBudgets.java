package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
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
    void take(ObjectNode pod, boolean dryRun, String now, String auditId) {
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
        long allowed = Json.number(budget, 0, "status", "disruptionsAllowed");
        if (mayGoUnhealthy(pod, budget)) {
            return; // it does not serve, so nothing is taken away
        }
        if (Json.number(budget, 0, "status", "observedGeneration") < Json.number(budget, 0, "metadata", "generation")) {
            throw refused("The disruption budget " + name(budget) + " is still being processed by the server.", 10);
        }
        if (allowed <= 0) {
            throw refused(why(budget), 0);
        }
        if (dryRun) {
            return;
        }
        ObjectNode status = Json.ensure(budget, "status");
        status.put("disruptionsAllowed", allowed - 1);
        if (allowed == 1) {
            notAllowedAnyMore(budget, status, now);
        }
        Json.ensure(status, "disruptedPods").put(Json.string(pod, "metadata", "name"), now);
        try {
            objects.updateOther("policy", "poddisruptionbudgets", budget, auditId);
        } catch (CompareFailedException raced) {
            // Somebody else took one, or it was counted anew: look again.
            take(pod, dryRun, now, auditId);
        }
    }

    private static String name(ObjectNode budget) {
        return Json.string(budget, "metadata", "name");
    }

    private static boolean mayGoUnhealthy(ObjectNode pod, ObjectNode budget) {
        for (JsonNode condition : Json.items(pod, "status", "conditions")) {
            if (Json.string(condition, "type").equals("Ready")
                    && Json.string(condition, "status").equals("True")) {
                return false;
            }
        }
        long desired = Json.number(budget, 0, "status", "desiredHealthy");
        return Json.string(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || desired > 0 && Json.number(budget, 0, "status", "currentHealthy") >= desired;
    }

    private static String why(ObjectNode budget) {
        for (JsonNode condition : Json.items(budget, "status", "conditions")) {
            if (Json.string(condition, "reason").equals("SyncFailed")) {
                return "The disruption budget " + name(budget)
                        + " does not allow evicting pods currently because it failed sync: "
                        + Json.string(condition, "message");
            }
        }
        return "The disruption budget " + name(budget) + " needs "
                + Json.number(budget, 0, "status", "desiredHealthy") + " healthy pods and has "
                + Json.number(budget, 0, "status", "currentHealthy") + " currently";
    }

    private static ApiException refused(String cause, int retryAfterSeconds) {
        ObjectNode details = Json.object();
        details.putArray("causes").addObject().put("reason", "DisruptionBudget").put("message", cause);
        if (retryAfterSeconds > 0) {
            details.put("retryAfterSeconds", retryAfterSeconds);
        }
        return new ApiException(
                429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details);
    }

    private static void notAllowedAnyMore(ObjectNode budget, ObjectNode status, String now) {
        ObjectNode condition = status.putArray("conditions").addObject();
        condition.put("type", "DisruptionAllowed").put("status", "False");
        condition.put("observedGeneration", Json.number(budget, 1, "metadata", "generation"));
        condition
                .put("lastTransitionTime", now)
                .put("reason", "InsufficientPods")
                .put("message", "");
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
