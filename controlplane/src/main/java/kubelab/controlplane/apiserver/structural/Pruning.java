package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the fields away that a schema does not know.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning (1.34).
 */
public final class Pruning {
    static final Set<String> META = Set.of("apiVersion", "kind", "metadata");

    private final List<String> removed = new ArrayList<>();

    private Pruning() {}

    /** @return the paths of what was taken from {@code object}: {@code spec.parts[0].size}, sorted */
    public static List<String> prune(ObjectNode object, Structural schema) {
        Pruning pruning = new Pruning();
        pruning.object(object, schema, true, schema.preserve, "");
        Collections.sort(pruning.removed);
        return pruning.removed;
    }

    /** The same for a part of an object, such as a default. @return whether nothing had to go */
    public static boolean isPruned(JsonNode part, Structural schema) {
        Pruning pruning = new Pruning();
        pruning.value(part.deepCopy(), schema, false, "");
        return pruning.removed.isEmpty();
    }

    /**
     * @param schema null where nothing is known: then no field is
     * @param kept whether unknown fields stay, as the list around this says; an object around this does not hand that on
     */
    private void value(JsonNode value, @Nullable Structural schema, boolean kept, String path) {
        boolean keeps = kept || schema != null && schema.preserve;
        if (value instanceof ObjectNode object) {
            object(object, schema, schema != null && schema.embedded, keeps, path);
        } else if (value.isArray()) {
            Structural items = schema == null ? null : schema.items;
            for (int i = 0; i < value.size() && (items != null || !keeps); i++) {
                value(value.get(i), items, keeps, path + "[" + i + "]");
            }
        }
    }

    private void object(ObjectNode object, @Nullable Structural schema, boolean resource, boolean keeps, String path) {
        for (Map.Entry<String, JsonNode> field : Json.fields(object).entrySet()) {
            String name = field.getKey();
            String here = path.isEmpty() ? name : path + "." + name;
            if (resource && META.contains(name)) {
                continue;
            }
            if (schema != null && (schema.field(name) != null || schema.open)) {
                value(field.getValue(), schema.field(name), false, here);
            } else if (!keeps) {
                object.remove(name);
                removed.add(here);
            }
        }
    }
}
