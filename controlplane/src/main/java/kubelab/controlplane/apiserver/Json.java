package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private Json() {}

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

    /** The map of texts at a path, in its order. */
    public static Map<String, String> map(@Nullable JsonNode node, String... path) {
        Map<String, String> map = new LinkedHashMap<>();
        if (at(node, path) instanceof ObjectNode object) {
            object.properties().forEach(e -> map.put(e.getKey(), string(e.getValue())));
        }
        return map;
    }
}
