package kubelab.controlplane.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * HorizontalPodAutoscalers in autoscaling/v1, which knows one metric, the CPU. What else there is stands as JSON in annotations,
 * so that nothing is lost on the way to version 1 and back.
 *
 * <p>Source: pkg/apis/autoscaling/v1/conversion.go, release 1.34.
 */
final class AutoscalerVersions {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final List<String> ROUND_TRIP = List.of(
            METRICS,
            BEHAVIOR,
            CURRENT_METRICS,
            CONDITIONS,
            PREFIX + "scale-down-tolerance",
            PREFIX + "scale-up-tolerance");
    private static final int DEFAULT_CPU = 80;

    private AutoscalerVersions() {}

    /** @param object version 2; it is changed, and returned */
    static ObjectNode toV1(ObjectNode object) {
        ObjectNode spec = Json.ensure(object, "spec");
        ObjectNode status = Json.ensure(object, "status");
        Map<String, String> notes = new TreeMap<>();
        ArrayNode others = Json.array();
        JsonNode cpu = null;
        for (JsonNode metric : Json.items(spec, "metrics")) {
            JsonNode target = Json.at(metric, "resource", "target", "averageUtilization");
            if (isCpu(metric) && target != null) {
                cpu = cpu == null ? target : cpu;
            } else {
                others.add(AutoscalerMetrics.specToV1(metric));
            }
        }
        note(notes, METRICS, others);
        ArrayNode current = Json.array();
        Json.items(status, "currentMetrics").forEach(metric -> current.add(AutoscalerMetrics.statusToV1(metric)));
        note(notes, CURRENT_METRICS, current);
        ArrayNode conditions = Json.array();
        for (JsonNode condition : Json.items(status, "conditions")) {
            ObjectNode one = conditions.addObject();
            List.of("type", "status", "lastTransitionTime", "reason", "message")
                    .forEach(field -> AutoscalerMetrics.copy((ObjectNode) condition, field, one, field));
        }
        note(notes, CONDITIONS, conditions);
        if (Json.object(spec, "behavior") != null) {
            notes.put(BEHAVIOR, AutoscalerMetrics.text(behaviorToV1(Json.ensure(spec, "behavior"))));
        }
        annotate(object, notes);
        object.set("spec", specToV1(spec, cpu));
        object.set("status", statusToV1(status));
        return object;
    }

    /** @param object version 1; it is changed, and returned */
    static ObjectNode toV2(ObjectNode object) {
        ObjectNode spec = Json.ensure(object, "spec");
        Map<String, String> annotations = Json.map(object, "metadata", "annotations");
        ArrayNode metrics = Json.array();
        if (parsed(annotations.get(METRICS)) instanceof ArrayNode others) {
            others.forEach(metric -> metrics.add(AutoscalerMetrics.specToV2(metric)));
        }
        JsonNode percentage = spec.remove("targetCPUUtilizationPercentage");
        if (percentage != null && percentage.isNumber() || metrics.isEmpty()) {
            ObjectNode metric = metrics.addObject().put("type", "Resource");
            ObjectNode target = metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization");
            target.put(
                    "averageUtilization",
                    percentage != null && percentage.isNumber() ? percentage.asInt() : DEFAULT_CPU);
        }
        spec.set("metrics", metrics);
        if (parsed(annotations.get(BEHAVIOR)) instanceof ObjectNode behavior && !behavior.isEmpty()) {
            spec.set("behavior", behaviorToV2(behavior));
        }
        ObjectNode status = Json.object(object, "status");
        if (status != null) {
            statusToV2(status, annotations);
        }
        annotate(object, Map.of());
        return object;
    }

    private static ObjectNode specToV1(ObjectNode spec, @Nullable JsonNode cpu) {
        ObjectNode v1 = Json.object();
        for (String field : List.of("scaleTargetRef", "minReplicas", "maxReplicas")) {
            AutoscalerMetrics.copy(spec, field, v1, field);
        }
        if (cpu != null) {
            v1.set("targetCPUUtilizationPercentage", cpu);
        }
        return v1;
    }

    private static ObjectNode statusToV1(ObjectNode status) {
        ObjectNode v1 = Json.object();
        AutoscalerMetrics.copy(status, "observedGeneration", v1, "observedGeneration");
        AutoscalerMetrics.copy(status, "lastScaleTime", v1, "lastScaleTime");
        v1.put("currentReplicas", Json.number(status, 0, "currentReplicas"));
        v1.put("desiredReplicas", Json.number(status, 0, "desiredReplicas"));
        for (JsonNode metric : Json.items(status, "currentMetrics")) {
            JsonNode current = Json.at(metric, "resource", "current", "averageUtilization");
            if (isCpu(metric) && current != null) {
                v1.set("currentCPUUtilizationPercentage", current);
            }
        }
        return v1;
    }

    private static void statusToV2(ObjectNode status, Map<String, String> annotations) {
        JsonNode cpu = status.remove("currentCPUUtilizationPercentage");
        if (parsed(annotations.get(CURRENT_METRICS)) instanceof ArrayNode current) {
            ArrayNode metrics = status.putArray("currentMetrics");
            current.forEach(metric -> metrics.add(AutoscalerMetrics.statusToV2(metric)));
        } else if (cpu != null && cpu.isNumber()) {
            ObjectNode metric = status.putArray("currentMetrics").addObject().put("type", "Resource");
            metric.putObject("resource").put("name", "cpu").putObject("current").set("averageUtilization", cpu);
        } else {
            status.putNull("currentMetrics");
        }
        if (parsed(annotations.get(CONDITIONS)) instanceof ArrayNode conditions) {
            status.set("conditions", conditions);
        }
        if (Json.number(status, 0, "currentReplicas") == 0) {
            status.remove("currentReplicas");
        }
    }

    /** In the names of the internal type, as upstream writes it. */
    private static ObjectNode behaviorToV1(ObjectNode behavior) {
        ObjectNode v1 = Json.object();
        for (String direction : List.of("scaleUp", "scaleDown")) {
            ObjectNode rules = Json.object(behavior, direction);
            if (rules == null) {
                v1.putNull(upper(direction));
                continue;
            }
            ObjectNode made = v1.putObject(upper(direction));
            for (String field : List.of("stabilizationWindowSeconds", "selectPolicy")) {
                made.set(upper(field), rules.get(field));
            }
            ArrayNode policies = made.putArray("Policies");
            for (JsonNode policy : Json.items(rules, "policies")) {
                ObjectNode one = policies.addObject();
                List.of("type", "value", "periodSeconds").forEach(field -> one.set(upper(field), policy.get(field)));
            }
            made.putNull("Tolerance");
        }
        return v1;
    }

    private static ObjectNode behaviorToV2(ObjectNode behavior) {
        ObjectNode v2 = Json.object();
        behavior.properties().forEach(direction -> {
            if (direction.getValue().isObject()) {
                ObjectNode rules = v2.putObject(lower(direction.getKey()));
                direction.getValue().properties().forEach(field -> {
                    if (field.getValue().isArray()) {
                        ArrayNode policies = rules.putArray(lower(field.getKey()));
                        field.getValue().forEach(policy -> {
                            ObjectNode one = policies.addObject();
                            policy.properties().forEach(part -> one.set(lower(part.getKey()), part.getValue()));
                        });
                    } else if (!field.getValue().isNull()) {
                        rules.set(lower(field.getKey()), field.getValue());
                    }
                });
            }
        });
        return v2;
    }

    private static boolean isCpu(JsonNode metric) {
        return Json.string(metric, "type").equals("Resource")
                && Json.string(metric, "resource", "name").equals("cpu");
    }

    private static void note(Map<String, String> notes, String name, ArrayNode values) {
        if (!values.isEmpty()) {
            notes.put(name, AutoscalerMetrics.text(values));
        }
    }

    /** Only these annotations of the round trip are left. */
    private static void annotate(ObjectNode object, Map<String, String> notes) {
        ObjectNode metadata = Json.ensure(object, "metadata");
        Map<String, String> all = new TreeMap<>(Json.map(metadata, "annotations"));
        ROUND_TRIP.forEach(all::remove);
        all.putAll(notes);
        if (all.isEmpty()) {
            metadata.remove("annotations");
        } else {
            ObjectNode annotations = metadata.putObject("annotations");
            all.forEach(annotations::put);
        }
    }

    /** Null when it is not there or is no JSON: then it is as if it were not there. */
    private static @Nullable JsonNode parsed(@Nullable String text) {
        try {
            return text == null ? null : Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (JacksonException noJson) {
            return null;
        }
    }

    private static String upper(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static String lower(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
