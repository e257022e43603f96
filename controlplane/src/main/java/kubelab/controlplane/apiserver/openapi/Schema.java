package kubelab.controlplane.apiserver.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One place in an object as the API document describes it: its shape, and how two values of it are merged. Read by
 * any thread without a lock: each part is worked out when first asked for, at worst twice, and is not changed
 * afterwards.
 *
 * <p>A walk over an object goes side by side with a walk over its schema: {@link #field} into an object's field,
 * {@link #element} into a list's items or a map's values.
 */
public final class Schema {

    /** What a value here is. {@code ANY} is a value the document leaves open (RawExtension, FieldsV1, JSON). */
    public enum Shape {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        /** A number or a string: IntOrString and Quantity. */
        INT_OR_STRING,
        /** An object with declared fields. */
        STRUCT,
        /** An object with free keys and values of one type. */
        MAP,
        LIST,
        ANY
    }

    /** How server-side apply merges a list: as one value, as a set of scalars, or by keys of its items. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    private final Schemas schemas;
    private final JsonNode own;
    private final JsonNode type;
    private final String typeName;
    private final Shape shape;
    private volatile @Nullable Map<String, Schema> fields;
    private volatile @Nullable Schema element;
    private volatile @Nullable Map<String, String> written;
    private volatile @Nullable Map<String, String> presence;
    private volatile @Nullable String format;

    Schema(Schemas schemas, JsonNode own) {
        this.schemas = schemas;
        this.own = own;
        this.typeName = own.path("$ref").asString("");
        this.type = typeName.isEmpty() ? own : schemas.resolve(typeName);
        this.shape = shapeOf(type, typeName);
    }

    public Shape shape() {
        return shape;
    }

    /** The name of the type in the document ({@code io.k8s.api.core.v1.PodSpec}), or "" for an inline one. */
    public String typeName() {
        return typeName;
    }

    /** The fields of a STRUCT by name, in the document's order; empty for every other shape. */
    public Map<String, Schema> fields() {
        Map<String, Schema> known = fields;
        if (known == null) {
            Map<String, Schema> read = new LinkedHashMap<>();
            if (shape == Shape.STRUCT) {
                type.path("properties")
                        .properties()
                        .forEach(property -> read.put(property.getKey(), new Schema(schemas, property.getValue())));
            }
            known = read;
            fields = known;
        }
        return known;
    }

    /** The schema below {@code name}: a STRUCT's field or a MAP's value; empty when the document knows no such field. */
    public Optional<Schema> field(String name) {
        if (shape == Shape.MAP) {
            return Optional.of(element());
        }
        Schema declared = fields().get(name);
        return declared == null && isOpen()
                ? Optional.of(new Schema(schemas, JsonNodeFactory.instance.objectNode()))
                : Optional.ofNullable(declared);
    }

    /** Whether a custom object may have fields here that are not declared. */
    private boolean isOpen() {
        return type.path("x-kubernetes-preserve-unknown-fields").asBoolean(false);
    }

    /** The schema of a LIST's items or a MAP's values. */
    public Schema element() {
        Schema known = element;
        if (known == null) {
            known = switch (shape) {
                case LIST -> new Schema(schemas, type.path("items"));
                case MAP -> new Schema(schemas, type.path("additionalProperties"));
                default -> throw new IllegalStateException(shape + " has no elements: " + own);
            };
            element = known;
        }
        return known;
    }

    /** {@code date-time}, {@code int32}, {@code byte}, …, or "". */
    public String format() {
        String known = format;
        if (known == null) {
            known = type.path("format").asString("");
            format = known;
        }
        return known;
    }

    /** The fields that a STRUCT must have. */
    public List<String> required() {
        return strings(type.path("required"));
    }

    /** The values a string may take, or an empty list when it is free. */
    public List<String> enumValues() {
        List<String> mine = strings(own.path("enum"));
        return mine.isEmpty() ? strings(type.path("enum")) : mine;
    }

    /** The declared default, which server-side apply needs for a missing list key ({@code protocol: TCP}). */
    public Optional<JsonNode> defaultValue() {
        JsonNode value = own.path("default");
        return value.isMissingNode() ? Optional.empty() : Optional.of(value);
    }

    /** How server-side apply merges this LIST. */
    public ListType listType() {
        return switch (keyword("x-kubernetes-list-type")) {
            case "map" -> ListType.MAP;
            case "set" -> ListType.SET;
            default -> ListType.ATOMIC;
        };
    }

    /** The fields that tell the items of a LIST of type MAP apart. */
    public List<String> listMapKeys() {
        return strings(type.path("x-kubernetes-list-map-keys"));
    }

    /** True when server-side apply takes this object as one value. */
    public boolean atomic() {
        return "atomic".equals(keyword("x-kubernetes-map-type"));
    }

    /** The field by which a strategic merge patch pairs the items of this LIST. */
    public Optional<String> patchMergeKey() {
        String key = keyword("x-kubernetes-patch-merge-key");
        return key.isEmpty() ? Optional.empty() : Optional.of(key);
    }

    /** {@code merge}, {@code replace}, {@code retainKeys}: what a strategic merge patch does here. */
    public Set<String> patchStrategies() {
        String strategies = keyword("x-kubernetes-patch-strategy");
        return strategies.isEmpty() ? Set.of() : Set.of(strategies.split(","));
    }

    /**
     * True when the zero value of this STRUCT's field {@code name} means something else than its absence, so that it
     * is kept: {@code replicas: 0}, {@code automountServiceAccountToken: false}.
     */
    public boolean keepsZero(String name) {
        return presence().containsKey(name);
    }

    /**
     * The fields of this STRUCT that an API server writes although nobody set them, each with what it writes as JSON:
     * {@code resources} → <code>{}</code>, {@code restartCount} → {@code 0}.
     */
    public Map<String, String> writtenWhenUnset() {
        Map<String, String> known = written;
        if (known == null) {
            Map<String, String> read = new LinkedHashMap<>(presence());
            read.values().removeIf("?"::equals);
            known = read;
            written = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return typeName.isEmpty() ? own.toString() : typeName;
    }

    private Map<String, String> presence() {
        Map<String, String> known = presence;
        if (known == null) {
            known = schemas.presence(typeName);
            presence = known;
        }
        return known;
    }

    private String keyword(String name) {
        String mine = own.path(name).asString("");
        return mine.isEmpty() ? type.path(name).asString("") : mine;
    }

    private static List<String> strings(JsonNode array) {
        List<String> result = new ArrayList<>(array.size());
        array.forEach(item -> result.add(item.asString("")));
        return result;
    }

    private static Shape shapeOf(JsonNode type, String name) {
        if (type.has("oneOf") && !type.has("type")
                || type.path("x-kubernetes-int-or-string").asBoolean(false)
                || "int-or-string".equals(type.path("format").asString(""))) {
            return Shape.INT_OR_STRING;
        }
        return switch (type.path("type").asString("")) {
            case "string" -> Shape.STRING;
            case "integer" -> Shape.INTEGER;
            case "number" -> Shape.NUMBER;
            case "boolean" -> Shape.BOOLEAN;
            case "array" -> Shape.LIST;
            case "object" -> objectShape(type, name);
            default -> Shape.ANY;
        };
    }

    private static Shape objectShape(JsonNode type, String name) {
        if (type.has("properties")) {
            return Shape.STRUCT;
        }
        if (type.has("additionalProperties")) {
            return Shape.MAP;
        }
        // Empty structs exist (they have a name: SleepAction's kin); without one, or with a raw type, all is allowed.
        return name.isEmpty() || name.endsWith(".RawExtension") || name.endsWith(".FieldsV1")
                ? Shape.ANY
                : Shape.STRUCT;
    }
}
