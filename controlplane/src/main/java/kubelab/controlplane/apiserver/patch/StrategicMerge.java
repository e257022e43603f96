package kubelab.controlplane.apiserver.patch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
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
            List<String> live = ids(target, key);
            ArrayNode merged =
                    key.isEmpty() ? mergePrimitives(target, items) : mergeList(target, items, key, fieldType);
            JsonNode order = patch.get(ELEMENT_ORDER + field);
            base.set(field, ordered(merged, live, ids(order == null ? items : order, key), key));
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
                there |= Json.same(existing, item);
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

    /**
     * Elements that the patch names come in its order. The others are let in where the object had them before one of
     * those, else behind: what a patch adds stands in front of what was there.
     */
    private static ArrayNode ordered(ArrayNode merged, List<String> live, List<String> patched, String key) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        merged.forEach(item -> (patched.contains(id(item, key)) ? named : others).add(item));
        named.sort(java.util.Comparator.comparingInt(item -> patched.indexOf(id(item, key))));
        ArrayNode result = Json.array();
        int next = 0;
        for (JsonNode item : named) {
            int place = live.indexOf(id(item, key));
            while (next < others.size() && live.indexOf(id(others.get(next), key)) < place) {
                result.add(others.get(next++));
            }
            result.add(item);
        }
        others.subList(next, others.size()).forEach(result::add);
        return result;
    }

    private static List<String> ids(JsonNode list, String key) {
        List<String> ids = new ArrayList<>();
        list.forEach(item -> ids.add(id(item, key)));
        return ids;
    }

    private static String id(JsonNode item, String key) {
        return key.isEmpty() ? Json.string(item) : Json.string(item, key);
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
