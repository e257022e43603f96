package kubelab.controlplane.apiserver.structural;

import java.util.Map;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in what a schema says of fields that are not there. A null where none may be counts as not there.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting (1.34).
 */
public final class Defaulting {
    private Defaulting() {}

    /** Changes {@code value} in place. */
    public static void fill(@Nullable JsonNode value, @Nullable Structural schema) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            object(object, schema);
        } else if (value instanceof ArrayNode list && schema.items != null) {
            for (int i = 0; i < list.size(); i++) {
                if (Structural.isForbiddenNull(list.get(i), schema.items) && schema.items.defaultValue != null) {
                    list.set(i, schema.items.defaultValue.deepCopy());
                }
                fill(list.get(i), schema.items);
            }
        }
    }

    private static void object(ObjectNode object, Structural schema) {
        schema.properties.forEach((name, part) -> {
            JsonNode there = object.get(name);
            if (part.defaultValue != null && (there == null || Structural.isForbiddenNull(there, part))) {
                object.set(name, part.defaultValue.deepCopy());
            }
        });
        for (Map.Entry<String, JsonNode> field : Json.fields(object).entrySet()) {
            Structural part = schema.field(field.getKey());
            if (Structural.isForbiddenNull(field.getValue(), part)) {
                if (part == null || part.defaultValue == null) {
                    object.remove(field.getKey());
                    continue;
                }
                object.set(field.getKey(), part.defaultValue.deepCopy());
            }
            fill(object.get(field.getKey()), part);
        }
    }
}
