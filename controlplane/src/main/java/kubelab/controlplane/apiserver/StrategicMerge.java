package kubelab.controlplane.apiserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge patch: as a merge patch, but lists whose elements have a key are merged element by element, and
 * directives ({@code $patch}, {@code $retainKeys}, {@code $deleteFromPrimitiveList/…}, {@code $setElementOrder/…}) say
 * more.
 *
 * <p>Source: k8s.io/apimachinery/pkg/util/strategicpatch, release 1.34; strategies and keys come from the API document.
 */
final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";
    private static final String ELEMENT_ORDER = "$setElementOrder/";

    private final ObjectNode kinds;
    private final ObjectNode types;

    StrategicMerge() {
        try (InputStream in = Objects.requireNonNull(
                StrategicMerge.class.getResourceAsStream("patch-merge.json"), "patch-merge.json")) {
            ObjectNode schema = Json.parseObject(in.readAllBytes());
            kinds = Json.ensure(schema, "kinds");
            types = Json.ensure(schema, "types");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode merge(Resource resource, ObjectNode base, ObjectNode patch) {
        String type = Json.string(kinds, resource.apiVersion() + "/" + resource.kind());
        return mergeObject(base, patch, type);
    }

    private ObjectNode mergeObject(ObjectNode base, ObjectNode patch, String type) {
        String directive = Json.string(patch, PATCH);
        if (directive.equals("replace")) {
            ObjectNode replaced = patch.deepCopy();
            replaced.remove(PATCH);
            return replaced;
        }
        if (directive.equals("delete")) {
            return Json.object();
        }
        if (patch.get(RETAIN_KEYS) instanceof ArrayNode kept) {
            List<String> names = Json.strings(kept);
            List.copyOf(base.propertyNames()).stream()
                    .filter(n -> !names.contains(n))
                    .forEach(base::remove);
        }
        for (Map.Entry<String, JsonNode> e : patch.properties()) {
            String field = e.getKey();
            JsonNode value = e.getValue();
            if (field.startsWith(DELETE_PRIMITIVES)) {
                deletePrimitives(base, field.substring(DELETE_PRIMITIVES.length()), value);
            } else if (!field.startsWith("$")) {
                mergeField(base, patch, field, value, type);
            }
        }
        return base;
    }

    private void mergeField(ObjectNode base, ObjectNode patch, String field, JsonNode value, String type) {
        if (value.isNull()) {
            base.remove(field);
            return;
        }
        JsonNode schema = Json.at(types, type, field);
        String fieldType = Json.string(schema, "type");
        String strategy = Json.string(schema, "strategy");
        JsonNode before = base.get(field);
        if (value instanceof ObjectNode difference) {
            ObjectNode target =
                    before instanceof ObjectNode object && !strategy.equals("replace") ? object : Json.object();
            if (!isMap(field, type)) {
                base.set(field, mergeObject(target, difference, fieldType));
            } else {
                // A map of objects or texts: its values follow the same rule without a schema of their own.
                base.set(field, mergeObject(target, difference, ""));
            }
        } else if (value instanceof ArrayNode items && strategy.contains("merge")) {
            ArrayNode target = before instanceof ArrayNode array ? array : Json.array();
            String key = Json.string(schema, "key");
            ArrayNode merged =
                    key.isEmpty() ? mergePrimitives(target, items) : mergeList(target, items, key, fieldType);
            base.set(field, ordered(merged, patch.get(ELEMENT_ORDER + field), key));
        } else {
            base.set(field, value.deepCopy());
        }
    }

    private static boolean isMap(String field, String type) {
        return type.endsWith("ObjectMeta") && (field.equals("labels") || field.equals("annotations"));
    }

    private ArrayNode mergeList(ArrayNode base, ArrayNode patch, String key, String type) {
        ArrayNode result = base;
        for (JsonNode item : patch) {
            if (!(item instanceof ObjectNode element)) {
                continue;
            }
            String directive = Json.string(element, PATCH);
            String id = Json.string(element, key);
            if (directive.equals("replace") && id.isEmpty()) {
                ArrayNode replaced = Json.array();
                patch.forEach(p -> {
                    if (!p.has(PATCH)) {
                        replaced.add(p.deepCopy());
                    }
                });
                return replaced;
            }
            if (id.isEmpty()) {
                throw ApiException.badRequest("map: " + element + " does not contain declared merge key: " + key);
            }
            int at = indexOf(result, key, id);
            if (directive.equals("delete")) {
                if (at >= 0) {
                    result.remove(at);
                }
            } else if (at >= 0 && result.get(at) instanceof ObjectNode existing) {
                result.set(at, mergeObject(existing, element, type));
            } else {
                result.add(mergeObject(Json.object(), element, type));
            }
        }
        return result;
    }

    private static ArrayNode mergePrimitives(ArrayNode base, ArrayNode patch) {
        for (JsonNode item : patch) {
            boolean there = false;
            for (JsonNode existing : base) {
                there |= existing.equals(item);
            }
            if (!there) {
                base.add(item);
            }
        }
        return base;
    }

    private static void deletePrimitives(ObjectNode base, String field, JsonNode values) {
        if (base.get(field) instanceof ArrayNode array) {
            List<String> gone = Json.strings(values);
            for (int i = array.size() - 1; i >= 0; i--) {
                if (gone.contains(Json.string(array.get(i)))) {
                    array.remove(i);
                }
            }
        }
    }

    /** Elements named in the order come in it; the others keep their places behind those they followed. */
    private static ArrayNode ordered(ArrayNode merged, @Nullable JsonNode order, String key) {
        if (!(order instanceof ArrayNode wanted)) {
            return merged;
        }
        List<String> ids = new ArrayList<>();
        wanted.forEach(w -> ids.add(key.isEmpty() ? Json.string(w) : Json.string(w, key)));
        List<JsonNode> sorted = new ArrayList<>();
        merged.forEach(sorted::add);
        List<JsonNode> named = new ArrayList<>(sorted.stream()
                .filter(n -> ids.contains(key.isEmpty() ? Json.string(n) : Json.string(n, key)))
                .toList());
        named.sort(java.util.Comparator.comparingInt(
                n -> ids.indexOf(key.isEmpty() ? Json.string(n) : Json.string(n, key))));
        ArrayNode result = Json.array();
        int next = 0;
        for (JsonNode item : sorted) {
            boolean isNamed = ids.contains(key.isEmpty() ? Json.string(item) : Json.string(item, key));
            result.add(isNamed ? named.get(next++) : item);
        }
        return result;
    }

    private static int indexOf(ArrayNode list, String key, String id) {
        for (int i = 0; i < list.size(); i++) {
            if (Json.string(list.get(i), key).equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
