package kubelab.controlplane.apiserver.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads a message into the JSON tree of the same object. */
final class MessageToTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private MessageToTree() {}

    /** Every field that is set in {@code message} is set in {@code target}. */
    static void into(Message message, ObjectNode target) {
        String name = message.getDescriptorForType().getName();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (Wellknown.inlined(name, field.getName())) {
                into((Message) entry.getValue(), target);
                continue;
            }
            JsonNode value = value(field, entry.getValue());
            if (value != null && !(name.equals("JSONSchemaProps") && isUnset(field, value))) {
                target.set(Wellknown.jsonName(name, field.getName()), value);
            }
        }
    }

    /** Schemas hold schemas where the API document says "anything", so that no later step would drop these. */
    private static boolean isUnset(FieldDescriptor field, JsonNode value) {
        return value.isString()
                        && value.asString().isEmpty()
                        && !field.getName().equals("ref")
                || value.isBoolean()
                        && !value.asBoolean()
                        && !field.getName().equals("xKubernetesPreserveUnknownFields");
    }

    private static @Nullable JsonNode value(FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            return map(field, (List<?>) value);
        }
        if (field.isRepeated()) {
            return list(field, (List<?>) value);
        }
        return single(field, value);
    }

    private static ObjectNode map(FieldDescriptor field, List<?> entries) {
        FieldDescriptor keyField = field.getMessageType().findFieldByName("key");
        FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
        ObjectNode map = NODES.objectNode();
        for (Object item : entries) {
            Message entry = (Message) item;
            Object key = item instanceof MapEntry<?, ?> typed ? typed.getKey() : entry.getField(keyField);
            JsonNode value = single(
                    valueField, item instanceof MapEntry<?, ?> typed ? typed.getValue() : entry.getField(valueField));
            map.set(String.valueOf(key), value == null ? NODES.nullNode() : value);
        }
        return map;
    }

    private static ArrayNode list(FieldDescriptor field, List<?> items) {
        ArrayNode list = NODES.arrayNode();
        for (Object item : items) {
            JsonNode node = single(field, item);
            list.add(node == null ? NODES.nullNode() : node);
        }
        return list;
    }

    private static @Nullable JsonNode single(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case STRING, ENUM -> NODES.stringNode(value.toString());
            case INT -> NODES.numberNode((Integer) value);
            case LONG -> number((Long) value);
            case DOUBLE -> number((Double) value);
            case FLOAT -> NODES.numberNode((Float) value);
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case BYTE_STRING ->
                NODES.stringNode(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
            case MESSAGE -> message((Message) value);
        };
    }

    private static @Nullable JsonNode message(Message message) {
        String type = message.getDescriptorForType().getFullName();
        if (Wellknown.LISTS.contains(type)) {
            return list(field(message, "items"), (List<?>) get(message, "items"));
        }
        return switch (type) {
            case Wellknown.QUANTITY -> NODES.stringNode(get(message, "string").toString());
            case Wellknown.INT_OR_STRING ->
                (Long) get(message, "type") == 0
                        ? NODES.numberNode((Integer) get(message, "intVal"))
                        : NODES.stringNode(get(message, "strVal").toString());
            case Wellknown.TIME -> time(message, SECONDS);
            case Wellknown.MICRO_TIME -> time(message, MICROSECONDS);
            case Wellknown.FIELDS_V1 -> raw(message, "Raw");
            case Wellknown.RAW_EXTENSION, Wellknown.JSON -> raw(message, "raw");
            case Wellknown.SCHEMA_OR_BOOL ->
                has(message, "schema")
                        ? object((Message) get(message, "schema"))
                        : NODES.booleanNode((Boolean) get(message, "allows"));
            case Wellknown.SCHEMA_OR_ARRAY ->
                has(message, "schema")
                        ? object((Message) get(message, "schema"))
                        : list(field(message, "jSONSchemas"), (List<?>) get(message, "jSONSchemas"));
            case Wellknown.SCHEMA_OR_STRINGS ->
                has(message, "schema")
                        ? object((Message) get(message, "schema"))
                        : list(field(message, "property"), (List<?>) get(message, "property"));
            default -> object(message);
        };
    }

    /** The same node class that a JSON parser would choose, so that equal trees are equal. */
    private static JsonNode number(long value) {
        return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
    }

    /** Go writes a float without a fraction as an integer. */
    private static JsonNode number(double value) {
        return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
    }

    private static ObjectNode object(Message message) {
        ObjectNode object = NODES.objectNode();
        into(message, object);
        return object;
    }

    /** A zero time is an empty message, and no time at all. */
    private static @Nullable JsonNode time(Message message, DateTimeFormatter format) {
        if (!has(message, "seconds") && !has(message, "nanos")) {
            return null;
        }
        int nanos = (Integer) get(message, "nanos");
        Instant instant = Instant.ofEpochSecond((Long) get(message, "seconds"), nanos);
        return NODES.stringNode(format.format(instant));
    }

    private static @Nullable JsonNode raw(Message message, String name) {
        byte[] bytes = ((ByteString) get(message, name)).toByteArray();
        if (bytes.length == 0) {
            return null;
        }
        if (ProtobufCodec.isProtobuf(bytes)) {
            try {
                return ProtobufCodec.decode(bytes);
            } catch (ProtobufException e) {
                return null;
            }
        }
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean has(Message message, String name) {
        return message.hasField(field(message, name));
    }

    private static Object get(Message message, String name) {
        return message.getField(field(message, name));
    }

    private static FieldDescriptor field(Message message, String name) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
        if (field == null || field.getJavaType() == JavaType.ENUM) {
            throw new IllegalStateException(message.getDescriptorForType().getFullName() + " has no field " + name);
        }
        return field;
    }
}
