package kubelab.controlplane.apiserver.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Builds the message of an object from its JSON tree. Fields that the message does not have are left out. */
final class TreeToMessage {
    private TreeToMessage() {}

    static DynamicMessage message(Descriptor type, JsonNode tree) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        switch (type.getFullName()) {
            case Wellknown.QUANTITY -> set(builder, "string", tree.asString(""));
            case Wellknown.INT_OR_STRING -> intOrString(builder, tree);
            case Wellknown.TIME, Wellknown.MICRO_TIME -> time(builder, tree.asString(""));
            case Wellknown.FIELDS_V1 -> set(builder, "Raw", bytes(tree));
            case Wellknown.RAW_EXTENSION, Wellknown.JSON -> set(builder, "raw", bytes(tree));
            case Wellknown.SCHEMA_OR_BOOL -> {
                set(builder, "allows", !tree.isBoolean() || tree.asBoolean());
                schemaOr(builder, tree, null);
            }
            case Wellknown.SCHEMA_OR_ARRAY -> schemaOr(builder, tree, "jSONSchemas");
            case Wellknown.SCHEMA_OR_STRINGS -> schemaOr(builder, tree, "property");
            default -> {
                if (Wellknown.LISTS.contains(type.getFullName())) {
                    add(builder, type.findFieldByName("items"), tree);
                } else {
                    fields(builder, type, tree);
                }
            }
        }
        return builder.build();
    }

    private static void fields(DynamicMessage.Builder builder, Descriptor type, JsonNode tree) {
        for (FieldDescriptor field : type.getFields()) {
            if (Wellknown.inlined(type.getName(), field.getName())) {
                Message inner = message(field.getMessageType(), tree);
                if (!inner.getAllFields().isEmpty()) {
                    builder.setField(field, inner);
                }
                continue;
            }
            JsonNode value = tree.get(Wellknown.jsonName(type.getName(), field.getName()));
            if (value != null && !value.isNull()) {
                add(builder, field, value);
            }
        }
    }

    private static void add(DynamicMessage.Builder builder, FieldDescriptor field, JsonNode value) {
        if (field.isMapField()) {
            FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
            value.properties().forEach(entry -> {
                DynamicMessage.Builder item = DynamicMessage.newBuilder(field.getMessageType());
                item.setField(field.getMessageType().findFieldByName("key"), entry.getKey());
                item.setField(valueField, single(valueField, entry.getValue()));
                builder.addRepeatedField(field, item.build());
            });
        } else if (field.isRepeated()) {
            value.forEach(item -> builder.addRepeatedField(field, single(field, item)));
        } else {
            builder.setField(field, single(field, value));
        }
    }

    private static Object single(FieldDescriptor field, JsonNode value) {
        return switch (field.getJavaType()) {
            case STRING -> value.asString("");
            case INT -> value.asInt(0);
            case LONG -> value.asLong(0);
            case DOUBLE -> value.asDouble(0);
            case FLOAT -> (float) value.asDouble(0);
            case BOOLEAN -> value.asBoolean(false);
            case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(value.asString("")));
            case MESSAGE -> message(field.getMessageType(), value);
            case ENUM -> throw new IllegalStateException("Kubernetes messages have no enums: " + field.getFullName());
        };
    }

    private static void intOrString(DynamicMessage.Builder builder, JsonNode tree) {
        if (tree.isNumber()) {
            set(builder, "type", 0L);
            set(builder, "intVal", tree.asInt());
        } else {
            set(builder, "type", 1L);
            set(builder, "strVal", tree.asString(""));
        }
    }

    private static void time(DynamicMessage.Builder builder, String text) {
        if (!text.isEmpty()) {
            OffsetDateTime time = OffsetDateTime.parse(text);
            set(builder, "seconds", time.toEpochSecond());
            set(builder, "nanos", time.getNano());
        }
    }

    private static void schemaOr(DynamicMessage.Builder builder, JsonNode tree, @Nullable String listField) {
        Descriptor type = builder.getDescriptorForType();
        if (tree.isObject()) {
            FieldDescriptor schema = type.findFieldByName("schema");
            builder.setField(schema, message(schema.getMessageType(), tree));
        } else if (tree.isArray() && listField != null) {
            add(builder, type.findFieldByName(listField), tree);
        }
    }

    private static ByteString bytes(JsonNode tree) {
        return ByteString.copyFrom(tree.toString(), StandardCharsets.UTF_8);
    }

    private static void set(DynamicMessage.Builder builder, String name, Object value) {
        builder.setField(builder.getDescriptorForType().findFieldByName(name), value);
    }
}
