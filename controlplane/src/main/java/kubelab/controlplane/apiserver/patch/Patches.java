package kubelab.controlplane.apiserver.patch;

import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The three kinds of patch that are differences; server-side apply is {@link FieldManagement}'s.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/handlers/patch.go, release 1.34.
 */
public final class Patches {
    static final String JSON = "application/json-patch+json";
    static final String MERGE = "application/merge-patch+json";
    public static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final int MOST_OPERATIONS = 10_000;

    private final StrategicMerge strategic = new StrategicMerge();

    /** @throws ApiException for an unknown patch type, a malformed patch, or one that does not fit */
    public ObjectNode apply(Resource resource, String type, ObjectNode base, byte[] body) {
        if (!type.equals(JSON) && !type.equals(MERGE) && !(type.equals(STRATEGIC) && !resource.isCustom())) {
            if (resource.isCustom()) {
                throw new ApiException(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include: " + JSON
                                + ", " + MERGE + ", application/apply-patch+yaml");
            }
            throw new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type").showingDetails();
        }
        String decoding = type.equals(STRATEGIC) ? "" : "error decoding patch: ";
        JsonNode patch = parse(body, decoding);
        JsonNode result =
                switch (type) {
                    case JSON -> JsonPatch.apply(base, operations(patch, decoding));
                    case MERGE -> {
                        if (patch.isNull()) {
                            throw ApiException.badRequest("Invalid JSON Patch");
                        }
                        yield merge(base, object(patch, decoding));
                    }
                    default -> patch.isNull() ? base : strategic(resource, base, object(patch, decoding));
                };
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

    /** It is merged into a struct of one type, so what it says of the type has no effect. */
    private ObjectNode strategic(Resource resource, ObjectNode base, ObjectNode patch) {
        ObjectNode difference = patch.deepCopy();
        for (String field : new String[] {"apiVersion", "kind"}) {
            JsonNode said = difference.remove(field);
            if (said != null && !said.isString() && !said.isNull()) {
                throw invalid(Json.goText(patch), "cannot convert " + GoText.type(said) + " to string");
            }
        }
        return strategic.merge(resource, base, difference);
    }

    /** The refusal of a patch that fits, but leaves something that is no object of its kind. */
    public static ApiException invalid(String shown, String why) {
        return ApiException.invalid(
                "",
                "",
                "",
                java.util.List.of(new ApiException.Cause(
                        "FieldValueInvalid", "Invalid value: " + GoText.quote(shown) + ": " + why, "patch")));
    }

    private static JsonNode parse(byte[] body, String decoding) {
        try {
            JsonNode patch = body.length == 0 ? null : Json.parse(body);
            if (patch != null && !patch.isMissingNode()) {
                return patch;
            }
        } catch (JacksonException malformed) {
            throw ApiException.badRequest(decoding + GoText.jsonError(body, malformed));
        }
        throw ApiException.badRequest(decoding + "unexpected end of JSON input");
    }

    private static ObjectNode object(JsonNode patch, String decoding) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw mismatch(decoding, patch, "map[string]interface {}");
    }

    private static ArrayNode operations(@Nullable JsonNode patch, String decoding) {
        if (patch == null || patch.isNull()) {
            return Json.array();
        }
        if (!(patch instanceof ArrayNode operations)) {
            throw mismatch(decoding, patch, "[]handlers.jsonPatchOp");
        }
        for (JsonNode operation : operations) {
            if (!operation.isObject() && !operation.isNull()) {
                throw mismatch(decoding, operation, "handlers.jsonPatchOp");
            }
        }
        if (operations.size() > MOST_OPERATIONS) {
            throw ApiException.tooLarge("The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS
                    + ", got " + operations.size());
        }
        return operations;
    }

    private static ApiException mismatch(String decoding, JsonNode value, String goType) {
        return ApiException.badRequest(
                decoding + "json: cannot unmarshal " + GoText.jsonType(value) + " into Go value of type " + goType);
    }
}
