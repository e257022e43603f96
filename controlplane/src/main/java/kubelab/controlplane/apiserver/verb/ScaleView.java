package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An {@code autoscaling/v1 Scale} seen in an object that has replicas, built-in or custom. */
final class ScaleView {
    /** Stands for replicas that are not there, as upstream has it. */
    private static final long UNSET = Integer.MIN_VALUE;

    private ScaleView() {}

    /** @throws ApiException InternalError when a custom object does not have the field that its definition names */
    static ObjectNode of(Resource resource, ObjectNode object) {
        CustomDefinition.Version custom = resource.custom();
        if (custom != null && Json.at(object, path(resource, "specReplicasPath", "")) == null) {
            String why = "the spec replicas field \"" + custom.scalePath("specReplicasPath") + "\" does not exist";
            ObjectNode details = Json.object();
            details.putArray("causes").addObject().put("message", why);
            throw new ApiException(500, "InternalError", "Internal error occurred: " + why, details);
        }
        return view(resource, object);
    }

    /** What a patch of the scale begins with: an object need not have replicas to be given some. */
    static ObjectNode toPatch(Resource resource, ObjectNode object) {
        ObjectNode scale = view(resource, object);
        if (resource.isCustom() && Json.at(object, path(resource, "specReplicasPath", "")) == null) {
            Json.ensure(scale, "spec").put("replicas", UNSET);
        }
        return scale;
    }

    /** The replicas that a scale asks for. @throws ApiException BadRequest when none were there and none were given */
    static long replicas(Resource resource, ObjectNode scale) {
        long replicas = Json.number(scale, 0, "spec", "replicas");
        CustomDefinition.Version custom = resource.custom();
        if (custom != null && replicas == UNSET) {
            throw ApiException.badRequest(
                    "the spec replicas field \"" + custom.scalePath("specReplicasPath") + "\" cannot be empty");
        }
        return replicas;
    }

    private static ObjectNode view(Resource resource, ObjectNode object) {
        ObjectNode scale = Json.object();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            String value = Json.string(object, "metadata", field);
            if (!value.isEmpty()) {
                metadata.put(field, value);
            }
        }
        ObjectNode spec = scale.putObject("spec");
        long replicas = Json.number(object, 0, path(resource, "specReplicasPath", "spec.replicas"));
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", Json.number(object, 0, path(resource, "statusReplicasPath", "status.replicas")));
        String selector = selector(resource, object);
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    static void setReplicas(Resource resource, ObjectNode object, long replicas) {
        String[] path = path(resource, "specReplicasPath", "spec.replicas");
        String[] parents = java.util.Arrays.copyOf(path, path.length - 1);
        Json.ensure(object, parents).put(path[path.length - 1], replicas);
    }

    private static String[] path(Resource resource, String field, String builtIn) {
        CustomDefinition.Version custom = resource.custom();
        String path = custom == null ? builtIn : custom.scalePath(field).replaceFirst("^\\.", "");
        return path.split("\\.");
    }

    private static String selector(Resource resource, ObjectNode object) {
        if (resource.isCustom()) {
            String[] path = path(resource, "labelSelectorPath", "");
            return path.length == 1 && path[0].isEmpty() ? "" : Json.string(object, path);
        }
        List<String> parts = new ArrayList<>();
        Map<String, String> labels = new TreeMap<>(resource.strategy().selectorLabels(object));
        labels.forEach((k, v) -> parts.add(k + "=" + v));
        for (JsonNode e : Json.items(object, "spec", "selector", "matchExpressions")) {
            String key = Json.string(e, "key");
            String values = "(" + String.join(",", Json.strings(e, "values")) + ")";
            switch (Json.string(e, "operator")) {
                case "In":
                    parts.add(key + " in " + values);
                    break;
                case "NotIn":
                    parts.add(key + " notin " + values);
                    break;
                case "Exists":
                    parts.add(key);
                    break;
                default:
                    parts.add("!" + key);
            }
        }
        return String.join(",", parts);
    }
}
