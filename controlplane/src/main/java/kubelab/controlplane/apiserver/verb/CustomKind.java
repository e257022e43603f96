package kubelab.controlplane.apiserver.verb;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a custom object must say of its own kind. Upstream has no type to read it by, and so has other words than for built-in
 * kinds.
 *
 * <p>Source: unstructuredJSONScheme in k8s.io/apimachinery/pkg/apis/meta/v1/unstructured, and ValidateTypeMeta in
 * k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go (1.34).
 */
final class CustomKind {
    private CustomKind() {}

    /** @throws ApiException when a body is about another kind, or does not say which */
    static void check(RequestContext call, ObjectNode object) {
        String kind = Json.string(object, "kind");
        String wanted = call.resource().kind();
        if (kind.isEmpty()) {
            String body = new String(call.request().body(), StandardCharsets.UTF_8);
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + wanted
                    + "): Object 'Kind' is missing in '" + body + "' ("
                    + (body.length() > 30 ? body.substring(0, 30) + " ..." : body) + ")");
        }
        String apiVersion = Json.string(object, "apiVersion");
        if (!apiVersion.equals(call.resource().apiVersion())) {
            // No schema is known of it, so that it has no fields.
            new TreeMap<>(Json.fields(object))
                    .keySet().stream()
                            .filter(name ->
                                    !Set.of("apiVersion", "kind", "metadata").contains(name))
                            .forEach(name -> call.warn("unknown field \"" + name + "\""));
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version ("
                    + call.resource().apiVersion() + ")");
        }
        if (!kind.equals(wanted)) {
            throw ApiException.invalid(
                    call.resource().group(),
                    kind,
                    Json.string(object, "metadata", "name"),
                    List.of(new ApiException.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + GoText.quote(kind) + ": must be " + wanted,
                            "kind")));
        }
    }
}
