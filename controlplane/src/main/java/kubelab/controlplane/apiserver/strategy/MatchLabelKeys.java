package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a Pod's own label values into the selectors that say {@code matchLabelKeys} or {@code mismatchLabelKeys}: who
 * places the Pod later sees plain selectors. Source: {@code pkg/registry/core/pod/strategy.go}, 1.34.
 */
final class MatchLabelKeys {
    private MatchLabelKeys() {}

    static void apply(ObjectNode pod) {
        Map<String, String> labels = Json.map(pod, "metadata", "labels");
        for (JsonNode constraint : Json.items(pod, "spec", "topologySpreadConstraints")) {
            apply(constraint, labels);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            for (JsonNode term :
                    Json.items(pod, "spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")) {
                apply(term, labels);
            }
            for (JsonNode weighted :
                    Json.items(pod, "spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution")) {
                ObjectNode term = Json.object(weighted, "podAffinityTerm");
                if (term != null) {
                    apply(term, labels);
                }
            }
        }
    }

    private static void apply(JsonNode term, Map<String, String> labels) {
        // A term without a selector matches nothing, and keys do not change that.
        ObjectNode selector = Json.object(term, "labelSelector");
        if (selector != null) {
            Json.strings(term, "matchLabelKeys").forEach(key -> require(selector, key, "In", labels));
            Json.strings(term, "mismatchLabelKeys").forEach(key -> require(selector, key, "NotIn", labels));
        }
    }

    private static void require(ObjectNode selector, String key, String operator, Map<String, String> labels) {
        String value = labels.get(key);
        if (value != null) {
            selector.withArray("matchExpressions")
                    .addObject()
                    .put("key", key)
                    .put("operator", operator)
                    .putArray("values")
                    .add(value);
        }
    }
}
