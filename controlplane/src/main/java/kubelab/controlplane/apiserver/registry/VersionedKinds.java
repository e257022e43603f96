package kubelab.controlplane.apiserver.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The built-in kinds with two versions.
 *
 * <p>Source: pkg/apis/events/v1/conversion.go and pkg/apis/autoscaling/v1/conversion.go, release 1.34. Simplified: of
 * the metrics in autoscaling/v1, only the CPU target is converted.
 */
public final class VersionedKinds {
    /** core/v1 name → events.k8s.io/v1 name. */
    private static final Map<String, String> EVENT_FIELDS = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "count", "deprecatedCount",
            "reportingComponent", "reportingController");

    private VersionedKinds() {}

    public static ObjectNode convert(ObjectNode object, String from, String to) {
        switch (from + " " + to) {
            case "v1 events.k8s.io/v1":
                return renamed(object, EVENT_FIELDS);
            case "events.k8s.io/v1 v1":
                Map<String, String> back = new LinkedHashMap<>();
                EVENT_FIELDS.forEach((core, events) -> back.put(events, core));
                return renamed(object, back);
            case "autoscaling/v2 autoscaling/v1":
                return autoscalerToV1(object.deepCopy());
            case "autoscaling/v1 autoscaling/v2":
                return autoscalerToV2(object.deepCopy());
            default:
                return object.deepCopy();
        }
    }

    private static ObjectNode renamed(ObjectNode object, Map<String, String> names) {
        ObjectNode renamed = Json.object();
        object.properties().forEach(e -> renamed.set(names.getOrDefault(e.getKey(), e.getKey()), e.getValue()));
        return renamed;
    }

    private static ObjectNode autoscalerToV1(ObjectNode object) {
        ObjectNode spec = Json.ensure(object, "spec");
        for (JsonNode metric : Json.items(spec, "metrics")) {
            JsonNode target = Json.at(metric, "resource", "target", "averageUtilization");
            if (Json.string(metric, "resource", "name").equals("cpu") && target != null) {
                spec.set("targetCPUUtilizationPercentage", target);
            }
        }
        spec.remove("metrics");
        spec.remove("behavior");
        ObjectNode status = Json.object(object, "status");
        if (status != null) {
            for (JsonNode metric : Json.items(status, "currentMetrics")) {
                JsonNode current = Json.at(metric, "resource", "current", "averageUtilization");
                if (Json.string(metric, "resource", "name").equals("cpu") && current != null) {
                    status.set("currentCPUUtilizationPercentage", current);
                }
            }
            status.remove("currentMetrics");
            status.remove("conditions");
        }
        return object;
    }

    private static ObjectNode autoscalerToV2(ObjectNode object) {
        ObjectNode spec = Json.ensure(object, "spec");
        JsonNode percentage = spec.remove("targetCPUUtilizationPercentage");
        if (percentage != null && percentage.isNumber()) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .set("averageUtilization", percentage);
        }
        return object;
    }
}
