package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
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
        pruning.object(object, schema, true, "");
        Collections.sort(pruning.removed);
        return pruning.removed;
    }

    /** The same for a part of an object, such as a default. @return whether nothing had to go */
    public static boolean isPruned(JsonNode part, Structural schema) {
        Pruning pruning = new Pruning();
        pruning.value(part.deepCopy(), schema, "");
        return pruning.removed.isEmpty();
    }

    private void value(JsonNode value, @Nullable Structural schema, String path) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            object(object, schema, schema.embedded, path);
        } else if (value instanceof ArrayNode list && schema.items != null) {
            for (int i = 0; i < list.size(); i++) {
                value(list.get(i), schema.items, path + "[" + i + "]");
            }
        }
    }

    private void object(ObjectNode object, Structural schema, boolean resource, String path) {
        for (Map.Entry<String, JsonNode> field : Json.fields(object).entrySet()) {
            String name = field.getKey();
            String here = path.isEmpty() ? name : path + "." + name;
            Structural below = schema.field(name);
            if (resource && META.contains(name)) {
                continue;
            }
            if (below != null) {
                value(field.getValue(), below, here);
            } else if (!schema.preserve && !schema.open) {
                object.remove(name);
                removed.add(here);
            }
        }
    }
}
