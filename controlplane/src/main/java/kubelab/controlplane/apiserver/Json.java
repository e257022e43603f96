package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reading and building JSON trees without null checks at every step. */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** An int and a long of the same value are different nodes: one was parsed, the other was put. */
    private static final Comparator<JsonNode> BY_VALUE = (one, other) ->
            one.isIntegralNumber() && other.isIntegralNumber() && one.canConvertToLong() && other.canConvertToLong()
                    ? Long.compare(one.longValue(), other.longValue())
                    : one.equals(other) ? 0 : 1;

    private Json() {}

    /** Whether two trees are equal, whole numbers by their value; a missing tree equals a missing one only. */
    public static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
        return one == null || other == null ? one == other : one == other || one.equals(BY_VALUE, other);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** @throws JacksonException when the bytes are no JSON */
    public static JsonNode parse(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    /** Parses bytes of our own making. */
    public static ObjectNode parseObject(byte[] bytes) {
        return (ObjectNode) MAPPER.readTree(bytes);
    }

    public static ObjectNode parseObject(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    public static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** The node at a path of field names; null when something on the way is missing or null. */
    public static @Nullable JsonNode at(@Nullable JsonNode node, String... path) {
        JsonNode here = node;
        for (String field : path) {
            if (here == null || !here.isObject()) {
                return null;
            }
            here = here.get(field);
        }
        return here == null || here.isNull() ? null : here;
    }

    /** Text at a path; empty when there is none. */
    public static String string(@Nullable JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found == null
                ? ""
                : found.isString() ? found.stringValue() : found.isValueNode() ? found.toString() : "";
    }

    public static long number(@Nullable JsonNode node, long missing, String... path) {
        JsonNode found = at(node, path);
        return found != null && found.isNumber() ? found.longValue() : missing;
    }

    public static boolean bool(@Nullable JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found != null && found.isBoolean() && found.booleanValue();
    }

    /** The object at a path; null when there is none. */
    public static @Nullable ObjectNode object(@Nullable JsonNode node, String... path) {
        return at(node, path) instanceof ObjectNode found ? found : null;
    }

    /** The object at a path, made where it is missing. */
    public static ObjectNode ensure(ObjectNode node, String... path) {
        ObjectNode here = node;
        for (String field : path) {
            here = here.get(field) instanceof ObjectNode next ? next : here.putObject(field);
        }
        return here;
    }

    /** The elements of the array at a path; none when there is no array. */
    public static List<JsonNode> items(@Nullable JsonNode node, String... path) {
        List<JsonNode> items = new ArrayList<>();
        if (at(node, path) instanceof ArrayNode array) {
            array.forEach(items::add);
        }
        return items;
    }

    /** The objects in the array at a path. */
    public static List<ObjectNode> objects(@Nullable JsonNode node, String... path) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode item : items(node, path)) {
            if (item instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    public static List<String> strings(@Nullable JsonNode node, String... path) {
        List<String> strings = new ArrayList<>();
        for (JsonNode item : items(node, path)) {
            strings.add(string(item));
        }
        return strings;
    }

    /** The fields of an object, in its order; none when it is no object. */
    public static Map<String, JsonNode> fields(JsonNode node) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        node.properties().forEach(p -> fields.put(p.getKey(), p.getValue()));
        return fields;
    }

    /** The map of texts at a path, in its order. */
    public static Map<String, String> map(@Nullable JsonNode node, String... path) {
        Map<String, String> map = new LinkedHashMap<>();
        if (at(node, path) instanceof ObjectNode object) {
            object.properties().forEach(e -> map.put(e.getKey(), string(e.getValue())));
        }
        return map;
    }

    /** A tree as Go's {@code %v} prints it: {@code map[a:1 b:[x y]]}; messages of upstream show values so. */
    public static String goText(JsonNode node) {
        if (node.isObject()) {
            List<String> fields = new ArrayList<>();
            new TreeMap<>(fields(node)).forEach((name, field) -> fields.add(name + ":" + goText(field)));
            return "map[" + String.join(" ", fields) + "]";
        }
        if (node.isArray()) {
            List<String> items = new ArrayList<>();
            node.forEach(item -> items.add(goText(item)));
            return "[" + String.join(" ", items) + "]";
        }
        return node.isNull() ? "<nil>" : string(node);
    }
}
