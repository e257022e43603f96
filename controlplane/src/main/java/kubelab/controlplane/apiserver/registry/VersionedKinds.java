package kubelab.controlplane.apiserver.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * The built-in kinds with two versions.
 *
 * <p>Source: pkg/apis/events/v1/conversion.go release 1.34; autoscalers: {@link AutoscalerVersions}.
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
                return AutoscalerVersions.toV1(object.deepCopy()).put("apiVersion", to);
            case "autoscaling/v1 autoscaling/v2":
                return AutoscalerVersions.toV2(object.deepCopy()).put("apiVersion", to);
            default:
                return object.deepCopy();
        }
    }

    private static ObjectNode renamed(ObjectNode object, Map<String, String> names) {
        ObjectNode renamed = Json.object();
        object.properties().forEach(e -> renamed.set(names.getOrDefault(e.getKey(), e.getKey()), e.getValue()));
        return renamed;
    }
}
