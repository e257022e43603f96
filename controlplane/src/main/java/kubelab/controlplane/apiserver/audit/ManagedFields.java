package kubelab.controlplane.apiserver.audit;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes who manages which field out of an object, of the items of a list, and of the rows of a table. */
final class ManagedFields {
    private ManagedFields() {}

    /** @return the same, or a copy without them */
    static JsonNode omitted(JsonNode object, boolean omit) {
        if (!omit) {
            return object;
        }
        JsonNode copy = object.deepCopy();
        remove(copy);
        Json.objects(copy, "items").forEach(ManagedFields::remove);
        Json.objects(copy, "rows").forEach(row -> remove(row.get("object")));
        return copy;
    }

    private static void remove(JsonNode object) {
        ObjectNode metadata = Json.object(object, "metadata");
        if (metadata != null) {
            metadata.remove("managedFields");
        }
    }
}
