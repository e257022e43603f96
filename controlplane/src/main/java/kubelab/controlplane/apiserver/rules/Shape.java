package kubelab.controlplane.apiserver.rules;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.CelByteString;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.cel.Values;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What expressions see of a value: its type, and the value itself, made from JSON. What the schema says nothing of is not
 * seen.
 *
 * <p>Source: SchemaDeclType and UnstructuredToVal in k8s.io/apiserver/pkg/cel/common (1.34).
 */
final class Shape {
    private static final JsonNode TEXT = Json.object().put("type", "string");

    final CelType type;
    private final String kind;
    private final String format;
    /** By the names of the schema; those that no expression can name are left out. */
    final Map<String, Shape> fields;

    final @Nullable Shape element;

    private Shape(CelType type, String kind, String format, Map<String, Shape> fields, @Nullable Shape element) {
        this.type = type;
        this.kind = kind;
        this.format = format;
        this.fields = fields;
        this.element = element;
    }

    /**
     * @param root whether the schema is that of a whole object, whose kind and name are always seen
     * @param name of its type, if it is an object
     * @param types gets the types of objects
     * @return null when expressions do not see it at all
     */
    static @Nullable Shape of(JsonNode schema, boolean root, String name, Map<String, CelType> types) {
        if (Json.bool(schema, "x-kubernetes-int-or-string")) {
            return new Shape(SimpleType.DYN, "any", "", Map.of(), null);
        }
        String kind = root ? "object" : Json.string(schema, "type");
        String format = Json.string(schema, "format");
        return switch (kind) {
            case "array" -> {
                Shape items = nested(schema.path("items"), name + ".@items", types);
                yield items == null ? null : new Shape(ListType.create(items.type), kind, "", Map.of(), items);
            }
            case "object" -> {
                JsonNode values = schema.path("additionalProperties");
                if (values.isObject()) {
                    Shape value = nested(values, name + ".@values", types);
                    yield value == null
                            ? null
                            : new Shape(MapType.create(SimpleType.STRING, value.type), "map", "", Map.of(), value);
                }
                yield object(schema, root, name, types);
            }
            case "string" -> new Shape(text(format), kind, format, Map.of(), null);
            case "boolean" -> new Shape(SimpleType.BOOL, kind, "", Map.of(), null);
            case "number" -> new Shape(SimpleType.DOUBLE, kind, "", Map.of(), null);
            case "integer" -> new Shape(SimpleType.INT, kind, "", Map.of(), null);
            default -> null;
        };
    }

    private static @Nullable Shape nested(JsonNode schema, String name, Map<String, CelType> types) {
        return schema.isObject() ? of(schema, Json.bool(schema, "x-kubernetes-embedded-resource"), name, types) : null;
    }

    private static Shape object(JsonNode schema, boolean root, String name, Map<String, CelType> types) {
        Map<String, JsonNode> parts = new LinkedHashMap<>(Json.fields(schema.path("properties")));
        if (root) {
            parts.put("apiVersion", TEXT);
            parts.put("kind", TEXT);
            JsonNode metadata = Json.object().put("type", "object");
            Json.ensure((tools.jackson.databind.node.ObjectNode) metadata, "properties")
                    .set("name", TEXT);
            Json.ensure((tools.jackson.databind.node.ObjectNode) metadata, "properties")
                    .set("generateName", TEXT);
            parts.put("metadata", metadata);
        }
        Map<String, Shape> fields = new LinkedHashMap<>();
        Map<String, CelType> byName = new LinkedHashMap<>();
        parts.forEach((field, part) -> {
            String escaped = Escaping.escape(field);
            Shape shape = nested(part, name + "." + field, types);
            if (escaped != null && shape != null) {
                fields.put(field, shape);
                byName.put(escaped, shape.type);
            }
        });
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(byName);
        StructType type = StructType.create(name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
        types.put(name, type);
        return new Shape(type, "object", "", fields, null);
    }

    private static CelType text(String format) {
        return switch (format) {
            case "byte" -> SimpleType.BYTES;
            case "duration" -> SimpleType.DURATION;
            case "date", "date-time" -> SimpleType.TIMESTAMP;
            default -> SimpleType.STRING;
        };
    }

    /** @param json of this shape; what is not is handed on as it is */
    Object value(JsonNode json) {
        if (kind.equals("any") || json.isNull()) {
            return Values.of(json);
        }
        if (kind.equals("array") && element != null && json.isArray()) {
            List<Object> list = new ArrayList<>();
            json.forEach(item -> list.add(element.value(item)));
            return list;
        }
        if (json.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            json.properties().forEach(field -> {
                if (element != null) {
                    map.put(field.getKey(), element.value(field.getValue()));
                    return;
                }
                Shape part = fields.get(field.getKey());
                String escaped = Escaping.escape(field.getKey());
                if (part != null && escaped != null) {
                    map.put(escaped, part.value(field.getValue()));
                }
            });
            return map;
        }
        if (kind.equals("number") && json.isNumber()) {
            return json.doubleValue();
        }
        return kind.equals("string") && json.isString() ? read(json.stringValue()) : Values.of(json);
    }

    private Object read(String text) {
        try {
            return switch (format) {
                case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
                case "duration" -> Durations.parse(text);
                case "date" ->
                    LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException wrong) {
            return format.startsWith("date") ? Instant.EPOCH : text; // the schema has refused it already
        }
    }
}
