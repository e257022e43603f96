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
        ObjectNode v1 = Json.object().put("type", Json.string(metric, "type"));
        ObjectNode object = Json.object(metric, "object");
        if (object != null) {
            ObjectNode to = v1.putObject("object");
            to.set("target", reference(object));
            to.put("metricName", Json.string(object, "metric", "name"));
            to.put("targetValue", or(object, "target", "value"));
            selector(object, to, "selector");
            copy(Json.object(object, "target"), "averageValue", to, "averageValue");
        }
        ObjectNode pods = Json.object(metric, "pods");
        if (pods != null) {
            ObjectNode to = v1.putObject("pods").put("metricName", Json.string(pods, "metric", "name"));
            to.put("targetAverageValue", or(pods, "target", "averageValue"));
            selector(pods, to, "selector");
        }
        for (String type : new String[] {"resource", "containerResource"}) {
            ObjectNode resource = Json.object(metric, type);
            if (resource != null) {
                ObjectNode to = v1.putObject(type).put("name", Json.string(resource, "name"));
                copy(Json.object(resource, "target"), "averageUtilization", to, "targetAverageUtilization");
                copy(Json.object(resource, "target"), "averageValue", to, "targetAverageValue");
                copy(resource, "container", to, "container");
            }
        }
        ObjectNode external = Json.object(metric, "external");
        if (external != null) {
            ObjectNode to = v1.putObject("external").put("metricName", Json.string(external, "metric", "name"));
            selector(external, to, "metricSelector");
            copy(Json.object(external, "target"), "value", to, "targetValue");
            copy(Json.object(external, "target"), "averageValue", to, "targetAverageValue");
        }
        return v1;
    }

    static ObjectNode statusToV1(JsonNode metric) {
        ObjectNode v1 = Json.object().put("type", Json.string(metric, "type"));
        ObjectNode object = Json.object(metric, "object");
        if (object != null) {
            ObjectNode to = v1.putObject("object");
            to.set("target", reference(object));
            to.put("metricName", Json.string(object, "metric", "name"));
            to.put("currentValue", or(object, "current", "value"));
            selector(object, to, "selector");
            copy(Json.object(object, "current"), "averageValue", to, "averageValue");
        }
        ObjectNode pods = Json.object(metric, "pods");
        if (pods != null) {
            ObjectNode to = v1.putObject("pods").put("metricName", Json.string(pods, "metric", "name"));
            to.put("currentAverageValue", or(pods, "current", "averageValue"));
            selector(pods, to, "selector");
        }
        for (String type : new String[] {"resource", "containerResource"}) {
            ObjectNode resource = Json.object(metric, type);
            if (resource != null) {
                ObjectNode to = v1.putObject(type).put("name", Json.string(resource, "name"));
                copy(Json.object(resource, "current"), "averageUtilization", to, "currentAverageUtilization");
                to.put("currentAverageValue", or(resource, "current", "averageValue"));
                copy(resource, "container", to, "container");
            }
        }
        ObjectNode external = Json.object(metric, "external");
        if (external != null) {
            ObjectNode to = v1.putObject("external").put("metricName", Json.string(external, "metric", "name"));
            selector(external, to, "metricSelector");
            to.put("currentValue", or(external, "current", "value"));
            copy(Json.object(external, "current"), "averageValue", to, "currentAverageValue");
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

    private static String or(ObjectNode metric, String part, String field) {
        String value = Json.string(metric, part, field);
        return value.isEmpty() ? ZERO : value;
    }
}
