package kubelab.controlplane.apiserver.registry;

import java.util.TreeMap;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Metrics of autoscalers in the shape of version 2, and in the flat one that annotations of version 1 have.
 *
 * <p>Source: pkg/apis/autoscaling/v1/conversion.go, release 1.34.
 */
final class AutoscalerMetrics {
    private static final String ZERO = "0";

    private AutoscalerMetrics() {}

    static ObjectNode specToV1(JsonNode metric) {
        return toV1(metric, "target", false);
    }

    static ObjectNode statusToV1(JsonNode metric) {
        return toV1(metric, "current", true);
    }

    /**
     * @param part where version 2 has the figures, and what their names begin with in version 1
     * @param zeros whether figures that are not there are zero, and not left out, in resources and external metrics
     */
    private static ObjectNode toV1(JsonNode metric, String part, boolean zeros) {
        ObjectNode v1 = Json.object().put("type", Json.string(metric, "type"));
        ObjectNode object = Json.object(metric, "object");
        if (object != null) {
            ObjectNode to = v1.putObject("object");
            to.set("target", reference(object));
            to.put("metricName", Json.string(object, "metric", "name"));
            figure(object, part, "value", to, part + "Value", true);
            selector(object, to, "selector");
            figure(object, part, "averageValue", to, "averageValue", false);
        }
        ObjectNode pods = Json.object(metric, "pods");
        if (pods != null) {
            ObjectNode to = v1.putObject("pods").put("metricName", Json.string(pods, "metric", "name"));
            figure(pods, part, "averageValue", to, part + "AverageValue", true);
            selector(pods, to, "selector");
        }
        for (String type : new String[] {"resource", "containerResource"}) {
            ObjectNode resource = Json.object(metric, type);
            if (resource != null) {
                ObjectNode to = v1.putObject(type).put("name", Json.string(resource, "name"));
                figure(resource, part, "averageUtilization", to, part + "AverageUtilization", false);
                figure(resource, part, "averageValue", to, part + "AverageValue", zeros);
                copy(resource, "container", to, "container");
            }
        }
        ObjectNode external = Json.object(metric, "external");
        if (external != null) {
            ObjectNode to = v1.putObject("external").put("metricName", Json.string(external, "metric", "name"));
            selector(external, to, "metricSelector");
            figure(external, part, "value", to, part + "Value", zeros);
            figure(external, part, "averageValue", to, part + "AverageValue", false);
        }
        return v1;
    }

    static ObjectNode specToV2(JsonNode metric) {
        ObjectNode v2 = Json.object().put("type", Json.string(metric, "type"));
        ObjectNode object = Json.object(metric, "object");
        if (object != null) {
            ObjectNode to = v2.putObject("object");
            copy(object, "target", to, "describedObject");
            target(
                    to,
                    object,
                    object.has("averageValue") ? "AverageValue" : "Value",
                    "targetValue",
                    "averageValue",
                    "");
            metric(to, object, "selector");
        }
        ObjectNode pods = Json.object(metric, "pods");
        if (pods != null) {
            ObjectNode to = v2.putObject("pods");
            metric(to, pods, "selector");
            target(to, pods, "AverageValue", "", "targetAverageValue", "");
        }
        for (String type : new String[] {"resource", "containerResource"}) {
            ObjectNode resource = Json.object(metric, type);
            if (resource != null) {
                ObjectNode to = v2.putObject(type).put("name", Json.string(resource, "name"));
                String kind = resource.has("targetAverageUtilization") ? "Utilization" : "AverageValue";
                target(to, resource, kind, "", "targetAverageValue", "targetAverageUtilization");
                copy(resource, "container", to, "container");
            }
        }
        ObjectNode external = Json.object(metric, "external");
        if (external != null) {
            ObjectNode to = v2.putObject("external");
            metric(to, external, "metricSelector");
            String kind = external.has("targetValue") ? "Value" : "AverageValue";
            target(to, external, kind, "targetValue", "targetAverageValue", "");
        }
        return v2;
    }

    static ObjectNode statusToV2(JsonNode metric) {
        ObjectNode v2 = Json.object().put("type", Json.string(metric, "type"));
        ObjectNode object = Json.object(metric, "object");
        if (object != null) {
            ObjectNode to = v2.putObject("object");
            metric(to, object, "selector");
            current(to, object, "currentValue", "averageValue");
            copy(object, "target", to, "describedObject");
        }
        ObjectNode pods = Json.object(metric, "pods");
        if (pods != null) {
            ObjectNode to = v2.putObject("pods");
            metric(to, pods, "selector");
            current(to, pods, "", "currentAverageValue");
        }
        for (String type : new String[] {"resource", "containerResource"}) {
            ObjectNode resource = Json.object(metric, type);
            if (resource != null) {
                ObjectNode to = v2.putObject(type).put("name", Json.string(resource, "name"));
                current(to, resource, "", "currentAverageValue");
                copy(resource, "currentAverageUtilization", Json.ensure(to, "current"), "averageUtilization");
                copy(resource, "container", to, "container");
            }
        }
        ObjectNode external = Json.object(metric, "external");
        if (external != null) {
            ObjectNode to = v2.putObject("external");
            metric(to, external, "metricSelector");
            current(to, external, "currentValue", "currentAverageValue");
        }
        return v2;
    }

    /** As Go writes JSON: characters that mean something in HTML are escaped. */
    static String text(JsonNode value) {
        return value.toString().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
    }

    static void copy(@Nullable ObjectNode from, String field, ObjectNode to, String name) {
        JsonNode value = from == null || field.isEmpty() ? null : from.get(field);
        if (value != null && !value.isNull()) {
            to.set(name, value);
        }
    }

    /** The fields in Go's order, labels by name. */
    private static void selector(ObjectNode from, ObjectNode to, String name) {
        ObjectNode selector = Json.object(from, "metric", "selector");
        if (selector == null) {
            return;
        }
        ObjectNode ordered = to.putObject(name);
        if (selector.has("matchLabels")) {
            ObjectNode labels = ordered.putObject("matchLabels");
            new TreeMap<>(Json.map(selector, "matchLabels")).forEach(labels::put);
        }
        for (ObjectNode expression : Json.objects(selector, "matchExpressions")) {
            ObjectNode one = ordered.withArray("matchExpressions").addObject();
            copy(expression, "key", one, "key");
            copy(expression, "operator", one, "operator");
            copy(expression, "values", one, "values");
        }
    }

    private static void metric(ObjectNode to, ObjectNode from, String selector) {
        ObjectNode metric = to.putObject("metric").put("name", Json.string(from, "metricName"));
        copy(from, selector, metric, "selector");
    }

    private static void target(
            ObjectNode to, ObjectNode from, String type, String value, String average, String utilization) {
        ObjectNode target = to.putObject("target").put("type", type);
        copy(from, value, target, "value");
        copy(from, average, target, "averageValue");
        copy(from, utilization, target, "averageUtilization");
    }

    private static void current(ObjectNode to, ObjectNode from, String value, String average) {
        ObjectNode current = to.putObject("current");
        copy(from, value, current, "value");
        copy(from, average, current, "averageValue");
    }

    private static ObjectNode reference(ObjectNode metric) {
        ObjectNode to = Json.object();
        ObjectNode from = Json.object(metric, "describedObject");
        to.put("kind", Json.string(from, "kind")).put("name", Json.string(from, "name"));
        copy(from, "apiVersion", to, "apiVersion");
        return to;
    }

    /** @param zero whether one that is not there is zero, and not left out */
    private static void figure(ObjectNode metric, String part, String field, ObjectNode to, String name, boolean zero) {
        if (zero && Json.string(metric, part, field).isEmpty()) {
            to.put(name, ZERO);
        } else {
            copy(Json.object(metric, part), field, to, name);
        }
    }
}
