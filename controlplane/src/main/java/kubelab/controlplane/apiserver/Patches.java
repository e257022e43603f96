package kubelab.controlplane.apiserver;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The three kinds of patch that are differences; server-side apply is {@link FieldManagement}'s. */
final class Patches {
    private final StrategicMerge strategic = new StrategicMerge();

    /** @throws ApiException for an unknown patch type, a malformed patch, or one that does not fit */
    ObjectNode apply(Resource resource, String type, ObjectNode base, JsonNode patch) {
        JsonNode result;
        switch (type) {
            case "application/json-patch+json":
                if (!(patch instanceof ArrayNode operations)) {
                    throw ApiException.badRequest("error decoding patch: a JSON patch is an array of operations");
                }
                result = JsonPatch.apply(base, operations);
                break;
            case "application/merge-patch+json":
                result = merge(base, patch);
                break;
            case "application/strategic-merge-patch+json":
                if (resource.definition() != null) {
                    throw unsupported();
                }
                if (!(patch instanceof ObjectNode difference)) {
                    throw ApiException.badRequest("error decoding patch: a strategic merge patch is an object");
                }
                result = strategic.merge(resource, base, difference);
                break;
            default:
                throw unsupported();
        }
        if (result instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the patch does not leave an object");
    }

    /** RFC 7396: null removes, objects are merged, anything else replaces. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode difference)) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object ? object : Json.object();
        difference.properties().forEach(e -> {
            if (e.getValue().isNull()) {
                result.remove(e.getKey());
            } else {
                JsonNode before = result.get(e.getKey());
                result.set(e.getKey(), merge(before == null ? Json.object() : before, e.getValue()));
            }
        });
        return result;
    }

    private static ApiException unsupported() {
        return new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type").showingDetails();
    }
}
