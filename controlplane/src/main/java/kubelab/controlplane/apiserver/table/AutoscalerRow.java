package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kubelab.controlplane.apiserver.registry.VersionedKinds;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One HorizontalPodAutoscaler's line: for each metric, current/target. */
final class AutoscalerRow {
    private static final String UNKNOWN = "<unknown>";

    private AutoscalerRow() {}

    static List<Object> cells(JsonNode object, Instant now) {
        List<String> metrics = new ArrayList<>();
        JsonNode current = object.path("status").path("currentMetrics");
        JsonNode specs = object.path("spec").path("metrics");
        for (int i = 0; i < specs.size(); i++) {
            metrics.add(metric(specs.get(i), current.path(i)));
        }
        return cells(object, metrics, now);
    }

    /** Version 1 is shown as what it is in version 2. */
    static List<Object> cellsV1(JsonNode object, Instant now) {
        return cells(VersionedKinds.convert((ObjectNode) object, "autoscaling/v1", "autoscaling/v2"), now);
    }

    private static List<Object> cells(JsonNode object, List<String> metrics, Instant now) {
        JsonNode spec = object.path("spec");
        String shown =
                metrics.isEmpty() ? Text.NONE : String.join(", ", metrics.subList(0, Math.min(2, metrics.size())));
        return List.of(
                Text.name(object),
                spec.path("scaleTargetRef").path("kind").asString("") + "/"
                        + spec.path("scaleTargetRef").path("name").asString(""),
                metrics.size() > 2 ? shown + " + " + (metrics.size() - 2) + " more..." : shown,
                Text.or(spec.path("minReplicas"), Text.UNSET),
                spec.path("maxReplicas").asLong(0),
                object.path("status").path("currentReplicas").asLong(0),
                Text.age(object, now));
    }

    private static String metric(JsonNode spec, JsonNode status) {
        String type = spec.path("type").asString("");
        if (type.isEmpty()) {
            return "<unknown type>";
        }
        String field = type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
        JsonNode target = spec.path(field).path("target");
        JsonNode current = status.path(field).path("current");
        String name = type.endsWith("Resource") ? spec.path(field).path("name").asString("") + ": " : "";
        if (target.has("averageValue")) {
            String suffix = type.equals("External") || type.equals("Object") ? " (avg)" : "";
            return name + Text.or(current.path("averageValue"), UNKNOWN) + "/"
                    + target.path("averageValue").asString("") + suffix;
        }
        if (type.endsWith("Resource")) {
            return name + percent(current.path("averageUtilization"), UNKNOWN) + "/"
                    + percent(target.path("averageUtilization"), "<auto>");
        }
        return Text.or(current.path("value"), UNKNOWN) + "/"
                + target.path("value").asString("");
    }

    private static String percent(JsonNode number, String fallback) {
        return number.isNumber() ? number + "%" : fallback;
    }
}
