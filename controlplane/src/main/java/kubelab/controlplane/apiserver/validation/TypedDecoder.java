package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.openapi.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a JSON tree the shape it would have after a trip through upstream's Go type of the kind: unknown fields and
 * nulls go, a zero value goes where it means nothing ({@code hostNetwork: false}), and what Go writes in any case comes
 * ({@code resources: {}}). So the same object always has the same stored form, whoever sent it and in which encoding.
 *
 * <p>Source: sigs.k8s.io/json and encoding/json as k8s.io/apimachinery/pkg/runtime/serializer/json uses them (1.34).
 */
public final class TypedDecoder {
    private static final Pattern TIME =
            Pattern.compile("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$");
    private static final String QUANTITY_TYPE = "io.k8s.apimachinery.pkg.api.resource.Quantity";

    private final List<String> unknown = new ArrayList<>();

    private TypedDecoder() {}

    /**
     * Shapes {@code object} in place.
     *
     * @return {@code unknown field "spec.containerz"} for each field that was dropped, in the object's order
     * @throws DecodeException when a value has the wrong type; the message is what upstream puts behind
     *     {@code Pod in version "v1" cannot be handled as a Pod: }
     */
    public static List<String> decode(Schema schema, ObjectNode object) throws DecodeException {
        TypedDecoder decoder = new TypedDecoder();
        decoder.struct(schema, object, null);
        return decoder.unknown;
    }

    /** @param here where the struct is; null at the top */
    private void struct(Schema schema, ObjectNode object, @Nullable Place here) throws DecodeException {
        Iterator<Map.Entry<String, JsonNode>> properties = object.properties().iterator();
        while (properties.hasNext()) {
            Map.Entry<String, JsonNode> property = properties.next();
            String name = property.getKey();
            Optional<Schema> field = schema.field(name);
            if (field.isEmpty()) {
                unknown.add("unknown field \"" + new Place(here, schema, name, -1).path() + "\"");
                properties.remove();
            } else if (property.getValue().isNull()) {
                properties.remove();
            } else {
                JsonNode value = value(field.get(), property.getValue(), new Place(here, schema, name, -1));
                if (value != property.getValue()) {
                    property.setValue(value);
                }
                if (!schema.keepsZero(name) && isZero(value, field.get())) {
                    properties.remove();
                } else if (value.isArray()
                        && value.isEmpty()
                        && field.get().element().shape() == Schema.Shape.STRUCT
                        && "null".equals(schema.writtenWhenUnset().get(name))) {
                    property.setValue(JsonNodeFactory.instance.nullNode()); // as of a role's rules, which are copied
                }
            }
        }
        for (Map.Entry<String, String> written : schema.writtenWhenUnset().entrySet()) {
            if (!object.has(written.getKey())) {
                addUnset(schema, object, written.getKey(), written.getValue());
            }
        }
    }

    /** A struct that is always there has, in turn, fields that are always there. */
    private void addUnset(Schema schema, ObjectNode object, String name, String json) throws DecodeException {
        JsonNode value = literal(json);
        Optional<Schema> field = schema.field(name);
        if (value instanceof ObjectNode inner
                && field.isPresent()
                && field.get().shape() == Schema.Shape.STRUCT) {
            struct(field.get(), inner, null);
        }
        object.set(name, value);
    }

    private static JsonNode literal(String json) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (json) {
            case "{}" -> nodes.objectNode();
            case "null" -> nodes.nullNode();
            case "false" -> nodes.booleanNode(false);
            case "0" -> nodes.numberNode(0);
            default -> nodes.stringNode(json.replace("\"", ""));
        };
    }

    /**
     * Where a value is. How messages name it is worked out for messages only: nearly every object is right.
     *
     * @param struct the struct whose field this is; null for a map's value or a list's item
     * @param name of the field, or the key in the map; empty for an item
     * @param index of the item, or -1
     */
    private record Place(@Nullable Place parent, @Nullable Schema struct, String name, int index) {
        /** With indexes, as messages about unknown fields have it. */
        String path() {
            String outside = parent == null ? "" : parent.path();
            return index >= 0 ? outside + "[" + index + "]" : join(outside, name);
        }

        /** Without indexes and keys. */
        private String goPath() {
            String outside = parent == null ? "" : parent.goPath();
            return struct == null ? outside : join(outside, name);
        }

        /** The innermost field of a struct, as messages about types have it. */
        private String goField() {
            if (struct == null) {
                return parent == null ? "" : parent.goField();
            }
            return simpleName(struct) + "." + goPath();
        }

        DecodeException mismatch(String found, String goType) {
            return new DecodeException(
                    "json: cannot unmarshal " + found + " into Go struct field " + goField() + " of type " + goType);
        }
    }

    private JsonNode value(Schema schema, JsonNode value, Place place) throws DecodeException {
        switch (schema.shape()) {
            case STRING -> {
                expect(value.isString(), schema, value, place);
                checkFormat(schema, value.asString());
            }
            case INTEGER -> {
                boolean fits = value.isIntegralNumber()
                        && (schema.format().equals("int32") ? value.canConvertToInt() : value.canConvertToLong());
                if (!fits) {
                    throw place.mismatch(value.isNumber() ? "number " + value : jsonType(value), goType(schema, place));
                }
            }
            case NUMBER -> expect(value.isNumber(), schema, value, place);
            case BOOLEAN -> expect(value.isBoolean(), schema, value, place);
            case INT_OR_STRING -> {
                return intOrString(schema, value, place);
            }
            case STRUCT -> {
                expect(value.isObject(), schema, value, place);
                struct(schema, (ObjectNode) value, place);
            }
            case MAP -> {
                expect(value.isObject(), schema, value, place);
                map(schema, (ObjectNode) value, place);
            }
            case LIST -> {
                expect(value.isArray(), schema, value, place);
                list(schema, (ArrayNode) value, place);
            }
            case ANY -> {}
        }
        return value;
    }

    private void map(Schema schema, ObjectNode map, Place place) throws DecodeException {
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            Place inside = new Place(place, null, entry.getKey(), -1);
            if (entry.getValue().isNull()) {
                entry.setValue(zero(schema.element()));
            } else {
                entry.setValue(value(schema.element(), entry.getValue(), inside));
            }
        }
    }

    private void list(Schema schema, ArrayNode list, Place place) throws DecodeException {
        for (int i = 0; i < list.size(); i++) {
            Place inside = new Place(place, null, "", i);
            JsonNode item = list.get(i);
            if (item.isNull()) {
                list.set(i, zero(schema.element()));
            } else {
                list.set(i, value(schema.element(), item, inside));
            }
        }
    }

    private static JsonNode intOrString(Schema schema, JsonNode value, Place place) throws DecodeException {
        if (schema.typeName().equals(QUANTITY_TYPE)) {
            String text = value.isString() ? value.asString() : value.toString();
            // The amounts in a map are resources, and of those nothing below a thousandth is kept.
            return JsonNodeFactory.instance.stringNode(Quantity.canonical(text, place.struct == null ? 3 : 9));
        }
        if (!value.isString() && !value.isIntegralNumber()) {
            throw place.mismatch(jsonType(value), "int32");
        }
        return value;
    }

    private static void checkFormat(Schema schema, String text) throws DecodeException {
        switch (schema.format()) {
            case "byte" -> {
                try {
                    Base64.getDecoder().decode(text);
                } catch (IllegalArgumentException e) {
                    throw new DecodeException("illegal base64 data at input byte " + firstBadByte(text));
                }
            }
            case "date-time" -> {
                if (!TIME.matcher(text).matches()) {
                    String layout = schema.typeName().endsWith("MicroTime")
                            ? "2006-01-02T15:04:05.000000Z07:00"
                            : "2006-01-02T15:04:05Z07:00";
                    throw new DecodeException("parsing time \"" + text + "\" as \"" + layout + "\": cannot parse \""
                            + text + "\" as \"2006\"");
                }
            }
            default -> {}
        }
    }

    private static int firstBadByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "+/=".indexOf(c) >= 0)) {
                return i;
            }
        }
        return text.length() / 4 * 4;
    }

    private static void expect(boolean fits, Schema schema, JsonNode value, Place place) throws DecodeException {
        if (!fits) {
            throw place.mismatch(jsonType(value), goType(schema, place));
        }
    }

    private static String jsonType(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            case OBJECT -> "object";
            default -> "null";
        };
    }

    private static String goType(Schema schema, Place place) {
        return switch (schema.shape()) {
            case STRING -> named(place, schema.format().equals("byte") ? "[]uint8" : "string");
            case INTEGER -> schema.format().isEmpty() ? "int64" : schema.format();
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case MAP -> named(place, "map[string]" + goType(schema.element(), place));
            case LIST -> "[]" + goType(schema.element(), place);
            case STRUCT -> packaged(schema);
            case INT_OR_STRING, ANY -> simpleName(schema);
        };
    }

    private static String named(Place place, String otherwise) {
        Place field = place;
        while (field.struct == null && field.parent != null) {
            field = field.parent;
        }
        return field.struct == null ? otherwise : GoTypes.of(field.struct.typeName(), field.name, otherwise);
    }

    /** A type with its package: {@code v2.MetricTarget}. */
    private static String packaged(Schema schema) {
        String[] parts = schema.typeName().split("\\.");
        return parts.length < 2 ? simpleName(schema) : parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    private static boolean isZero(JsonNode value, Schema schema) {
        return switch (schema.shape()) {
            case STRING -> value.asString("").isEmpty();
            case INTEGER, NUMBER -> value.asDouble(0) == 0;
            case BOOLEAN -> !value.asBoolean(false);
            case LIST, MAP -> value.isEmpty();
            default -> false;
        };
    }

    private static JsonNode zero(Schema schema) {
        return switch (schema.shape()) {
            case INTEGER, NUMBER -> JsonNodeFactory.instance.numberNode(0);
            case BOOLEAN -> JsonNodeFactory.instance.booleanNode(false);
            case STRUCT, MAP, ANY -> JsonNodeFactory.instance.objectNode();
            case LIST -> JsonNodeFactory.instance.arrayNode();
            case STRING, INT_OR_STRING ->
                JsonNodeFactory.instance.stringNode(schema.typeName().equals(QUANTITY_TYPE) ? "0" : "");
        };
    }

    private static String simpleName(Schema schema) {
        return schema.typeName().substring(schema.typeName().lastIndexOf('.') + 1);
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
