package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lists that are sets, or maps by keys of their items: nothing comes twice in them.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype (1.34).
 */
public final class ListTypes {
    private final List<Cause> causes = new ArrayList<>();

    private ListTypes() {}

    /** @return what comes twice in a list where it may not */
    public static List<Cause> check(JsonNode object, Structural schema) {
        ListTypes walk = new ListTypes();
        walk.value(object, schema, "");
        return walk.causes;
    }

    /** The item of {@code old} that {@code item} was before; null when that cannot be told. */
    public static @Nullable JsonNode counterpart(Structural list, JsonNode item, @Nullable JsonNode old) {
        if (old == null || !old.isArray() || !list.listType.equals("map")) {
            return null;
        }
        JsonNode keys = keys(list, item);
        for (JsonNode before : old) {
            if (Json.same(keys, keys(list, before))) {
                return before;
            }
        }
        return null;
    }

    private void value(JsonNode value, @Nullable Structural schema, String path) {
        if (schema == null) {
            return;
        }
        if (value.isArray()) {
            list(value, schema, path);
        } else if (value.isObject()) {
            value.properties().forEach(field -> {
                boolean map = !schema.properties.containsKey(field.getKey());
                String here = map
                        ? path + "[" + field.getKey() + "]"
                        : path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                value(field.getValue(), schema.field(field.getKey()), here);
            });
        }
    }

    private void list(JsonNode list, Structural schema, String path) {
        if (schema.listType.equals("set") || schema.listType.equals("map") && areObjects(list, path)) {
            Map<JsonNode, Integer> seen = new HashMap<>();
            for (int i = 0; i < list.size(); i++) {
                JsonNode what = schema.listType.equals("set") ? list.get(i) : keys(schema, list.get(i));
                if (seen.merge(what, 1, Integer::sum) == 2) {
                    causes.add(new Cause("FieldValueDuplicate", "Duplicate value: " + what, path + "[" + i + "]"));
                }
            }
        }
        for (int i = 0; i < list.size(); i++) {
            value(list.get(i), schema.items, path + "[" + i + "]");
        }
    }

    private boolean areObjects(JsonNode list, String path) {
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (!item.isObject() && !item.isNull()) {
                causes.add(new Cause(
                        "FieldValueInvalid",
                        "Invalid value: " + item + ": must be an object for an array of list-type map",
                        path + "[" + i + "]"));
                return false;
            }
        }
        return true;
    }

    private static JsonNode keys(Structural schema, JsonNode item) {
        ObjectNode keys = Json.object();
        for (String key : schema.listKeys) {
            JsonNode value = item.get(key);
            if (value != null) {
                keys.set(key, value);
            }
        }
        return keys;
    }
}
