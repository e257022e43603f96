package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One place of a structural schema, with the places below it. Immutable, but for what others have made of it.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/structural.go (1.34).
 */
public final class Structural {
    /** The keyword of rules in CEL. */
    public static final String RULES = "x-kubernetes-validations";

    /** The schema as the definition has it. */
    final JsonNode json;

    final String type;
    final Map<String, Structural> properties = new LinkedHashMap<>();
    final @Nullable Structural items;
    /** The schema of a map's values; null where there is none. */
    final @Nullable Structural additional;
    /** Whether {@code additionalProperties: true} lets all fields in; of what is in them nothing is known. */
    final boolean open;

    final boolean nullable;
    final boolean preserve;
    final boolean embedded;
    final boolean intOrString;
    final @Nullable JsonNode defaultValue;
    final String listType;
    final List<String> listKeys;
    final List<String> required;
    final @Nullable Pattern pattern;
    final List<Structural> allOf;
    final List<Structural> anyOf;
    final List<Structural> oneOf;
    final @Nullable Structural not;
    private final boolean ruled;
    private volatile @Nullable Object compiled;

    /** @param schema an {@code openAPIV3Schema} or a part of one */
    public Structural(JsonNode schema) {
        json = schema;
        type = Json.string(schema, "type");
        Json.fields(schema.path("properties")).forEach((name, part) -> properties.put(name, new Structural(part)));
        JsonNode list = schema.path("items");
        items = list.isObject() ? new Structural(list) : null;
        JsonNode map = schema.path("additionalProperties");
        additional = map.isObject() ? new Structural(map) : null;
        open = map.isBoolean() && map.booleanValue();
        nullable = Json.bool(schema, "nullable");
        preserve = Json.bool(schema, "x-kubernetes-preserve-unknown-fields");
        embedded = Json.bool(schema, "x-kubernetes-embedded-resource");
        intOrString = Json.bool(schema, "x-kubernetes-int-or-string");
        defaultValue = Json.at(schema, "default");
        listType = Json.string(schema, "x-kubernetes-list-type");
        listKeys = Json.strings(schema, "x-kubernetes-list-map-keys");
        required = Json.strings(schema, "required");
        pattern = GoPattern.compile(Json.string(schema, "pattern"));
        allOf = all(schema, "allOf");
        anyOf = all(schema, "anyOf");
        oneOf = all(schema, "oneOf");
        JsonNode negated = schema.path("not");
        not = negated.isObject() ? new Structural(negated) : null;
        ruled = !Json.items(schema, RULES).isEmpty()
                || items != null && items.ruled
                || additional != null && additional.ruled
                || properties.values().stream().anyMatch(part -> part.ruled);
    }

    /** The schema of a field: a declared one, or that of a map's values; null when there is none. */
    @Nullable
    Structural field(String name) {
        Structural declared = properties.get(name);
        return declared == null ? additional : declared;
    }

    /** The schema at a simple path; null when there is none. */
    public @Nullable Structural at(String... path) {
        Structural here = this;
        for (String name : path) {
            here = here == null ? null : here.properties.get(name);
        }
        return here;
    }

    /** Whether this place, or one below it, has rules in CEL. */
    public boolean hasRules() {
        return ruled;
    }

    /**
     * What another package has made of this schema; made again if two threads ask at once.
     *
     * @param kind of what is remembered
     */
    public <T> @Nullable T compiled(Class<T> kind, Supplier<@Nullable T> maker) {
        Object known = compiled;
        if (known == null) {
            known = maker.get();
            compiled = known;
        }
        return kind.isInstance(known) ? kind.cast(known) : null;
    }

    public Map<String, Structural> properties() {
        return Collections.unmodifiableMap(properties);
    }

    /** The schema of a list's items. */
    public @Nullable Structural items() {
        return items;
    }

    /** The schema of a map's values. */
    public @Nullable Structural additional() {
        return additional;
    }

    public JsonNode json() {
        return json;
    }

    /** Whether any place says what is there when nothing was sent. */
    boolean hasDefaults() {
        return defaultValue != null
                || properties.values().stream().anyMatch(Structural::hasDefaults)
                || items != null && items.hasDefaults()
                || additional != null && additional.hasDefaults();
    }

    /** Whether {@code value} is a null that may not stay one. */
    static boolean isForbiddenNull(@Nullable JsonNode value, @Nullable Structural schema) {
        return value != null && value.isNull() && schema != null && !schema.nullable;
    }

    private static List<Structural> all(JsonNode schema, String junctor) {
        List<Structural> parts = new ArrayList<>();
        for (ObjectNode part : Json.objects(schema, junctor)) {
            parts.add(new Structural(part));
        }
        return List.copyOf(parts);
    }
}
