package kubelab.controlplane.apiserver.customresources;

import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.structural.GoPattern;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Whether a schema is structural: each place has a type outside of alternatives, and alternatives only restrict.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema (validation.go, complete.go), release 1.34.
 */
final class StructuralRules {
    /** Where a schema is: what is said of a missing type differs. */
    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String untyped;

        Level(String untyped) {
            this.untyped = untyped;
        }
    }

    private static final List<String> JUNCTORS = List.of("anyOf", "allOf", "oneOf");
    /** What alternatives must not say, and what they must be instead. */
    private static final Map<String, String> ONLY_OUTSIDE = Map.ofEntries(
            Map.entry("type", "must be empty to be structural"),
            Map.entry("additionalProperties", "must be undefined to be structural"),
            Map.entry("default", "must be undefined to be structural"),
            Map.entry("title", "must be empty to be structural"),
            Map.entry("description", "must be empty to be structural"),
            Map.entry("nullable", "must be false to be structural"),
            Map.entry("externalDocs", "must be undefined to be structural"),
            Map.entry("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
            Map.entry("x-kubernetes-embedded-resource", "must be false to be structural"),
            Map.entry("x-kubernetes-int-or-string", "must be false to be structural"),
            Map.entry("x-kubernetes-list-map-keys", "must be empty to be structural"),
            Map.entry("x-kubernetes-list-type", "must be undefined to be structural"),
            Map.entry("x-kubernetes-map-type", "must be undefined to be structural"),
            Map.entry("x-kubernetes-validations", "must be empty to be structural"));

    private static final JsonNode INT_OR_STRING = Json.parseObject(
                    "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}")
            .get("anyOf");

    private final Causes causes;

    private StructuralRules(Causes causes) {
        this.causes = causes;
    }

    static void check(JsonNode schema, String path, Causes causes) {
        StructuralRules rules = new StructuralRules(causes);
        rules.place(schema, Level.ROOT, path);
        rules.complete(schema, schema, path, path);
    }

    private void place(JsonNode schema, Level level, String path) {
        String type = Json.string(schema, "type");
        boolean embedded = Json.bool(schema, "x-kubernetes-embedded-resource");
        boolean preserve = Json.bool(schema, "x-kubernetes-preserve-unknown-fields");
        boolean intOrString = Json.bool(schema, "x-kubernetes-int-or-string");
        JsonNode items = schema.path("items");
        if (type.equals("array") && !items.isObject()) {
            causes.required(path + ".items", "must be specified");
        }
        if (items.isObject()) {
            place(items, Level.ITEM, path + ".items");
        }
        for (Map.Entry<String, JsonNode> property :
                Json.fields(schema.path("properties")).entrySet()) {
            if (!(level == Level.ROOT && property.getKey().equals("metadata"))) {
                place(property.getValue(), Level.FIELD, path + ".properties[" + property.getKey() + "]");
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode() && !additional.isNull()) {
            additional(additional, level, embedded, path);
        }
        extensions(preserve, intOrString, embedded, path);
        boolean skip = schema.path("anyOf").equals(INT_OR_STRING);
        boolean skipFirst = schema.path("allOf").path(0).path("anyOf").equals(INT_OR_STRING);
        junctors(schema, skip, skipFirst, path);
        typed(type, level, embedded, intOrString || preserve, path);
        if (level == Level.ROOT || embedded) {
            meta(schema, level, path);
        }
        if (embedded && !preserve && schema.path("properties").isEmpty()) {
            causes.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    private void additional(JsonNode additional, Level level, boolean embedded, String path) {
        if (level == Level.ROOT) {
            causes.forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        if (additional.isObject()) {
            place(additional, Level.FIELD, path + ".additionalProperties");
        }
        if (embedded) {
            causes.forbidden(
                    path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
        }
    }

    private void extensions(boolean preserve, boolean intOrString, boolean embedded, String path) {
        String rule = "must be false if x-kubernetes-int-or-string is true";
        if (intOrString && preserve) {
            causes.invalid(path + ".x-kubernetes-preserve-unknown-fields", "true", rule);
        }
        if (intOrString && embedded) {
            causes.invalid(path + ".x-kubernetes-embedded-resource", "true", rule);
        }
    }

    private void typed(String type, Level level, boolean embedded, boolean untypedAllowed, String path) {
        String rule = "must be object if x-kubernetes-embedded-resource is true";
        if (embedded && !type.equals("object")) {
            if (type.isEmpty()) {
                causes.required(path + ".type", rule);
            } else {
                causes.invalidText(path + ".type", type, rule);
            }
        } else if (type.isEmpty() && !untypedAllowed) {
            causes.required(path + ".type", level.untyped);
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            causes.invalidText(path + ".type", type, "must be object at the root");
        }
    }

    private void meta(JsonNode schema, Level level, String path) {
        for (String name : List.of("kind", "apiVersion")) {
            JsonNode property = schema.path("properties").path(name);
            if (property.isObject() && !Json.string(property, "type").equals("string")) {
                causes.invalidText(
                        path + ".properties[" + name + "].type", Json.string(property, "type"), "must be string");
            }
        }
        JsonNode metadata = schema.path("properties").path("metadata");
        if (!metadata.isObject()) {
            return;
        }
        String here = path + ".properties[metadata]";
        if (!Json.string(metadata, "type").equals("object")) {
            causes.invalidText(here + ".type", Json.string(metadata, "type"), "must be object");
        }
        boolean names = List.of("name", "generateName")
                .containsAll(Json.fields(metadata.path("properties")).keySet());
        boolean plain = List.of("type", "properties", "description", "default")
                .containsAll(Json.fields(metadata).keySet());
        if (level == Level.ROOT && (!names || !plain || metadata.has("description"))) {
            causes.forbidden(
                    here,
                    "must not specify anything other than name and generateName, but metadata is implicitly specified");
        }
    }

    private void junctors(JsonNode schema, boolean skipAnyOf, boolean skipFirstAllOf, String path) {
        for (String junctor : JUNCTORS) {
            for (int i = 0; i < schema.path(junctor).size(); i++) {
                if (!(junctor.equals("anyOf") && skipAnyOf)) {
                    boolean skip = junctor.equals("allOf") && i == 0 && skipFirstAllOf;
                    nested(schema.path(junctor).path(i), skip, path + "." + junctor + "[" + i + "]");
                }
            }
        }
        if (schema.path("not").isObject()) {
            nested(schema.path("not"), false, path + ".not");
        }
        String pattern = Json.string(schema, "pattern");
        String wrong = pattern.isEmpty() ? null : GoPattern.error(pattern);
        if (wrong != null) {
            causes.invalidText(path + ".pattern", pattern, "must be a valid regular expression, but isn't: " + wrong);
        }
    }

    private void nested(JsonNode schema, boolean skipAnyOf, String path) {
        junctors(schema, skipAnyOf, false, path);
        if (schema.path("items").isObject()) {
            nested(schema.path("items"), false, path + ".items");
        }
        Json.fields(schema.path("properties"))
                .forEach((name, part) -> nested(part, false, path + ".properties[" + name + "]"));
        for (String keyword : schema.propertyNames()) {
            String rule = ONLY_OUTSIDE.get(keyword);
            if (rule != null && !isZero(schema.path(keyword))) {
                causes.forbidden(path + "." + keyword, rule);
            }
        }
        if (schema.path("properties").has("metadata")) {
            causes.forbidden(path + ".properties[metadata]", "must not be specified in a nested context");
        }
    }

    private static boolean isZero(JsonNode value) {
        return value.isNull()
                || value.isBoolean() && !value.booleanValue()
                || value.isString() && value.stringValue().isEmpty()
                || value.isArray() && value.isEmpty();
    }

    /** Every field that alternatives at the root speak of must be specified outside of them, too. */
    private void complete(JsonNode alternatives, JsonNode outside, String outsidePath, String path) {
        if (alternatives.path("not").isObject()) {
            nestedComplete(alternatives.path("not"), outside, outsidePath, path + ".not");
        }
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < alternatives.path(junctor).size(); i++) {
                nestedComplete(
                        alternatives.path(junctor).path(i), outside, outsidePath, path + "." + junctor + "[" + i + "]");
            }
        }
    }

    private void nestedComplete(JsonNode part, JsonNode outside, String outsidePath, String path) {
        if (!outside.isObject()) {
            causes.required(outsidePath, "because it is defined in " + path);
            return;
        }
        complete(part, outside, outsidePath, path);
        if (part.path("items").isObject()) {
            nestedComplete(part.path("items"), outside.path("items"), outsidePath + ".items", path + ".items");
        }
        Json.fields(part.path("properties")).forEach((name, field) -> {
            String step = ".properties[" + name + "]";
            nestedComplete(field, outside.path("properties").path(name), outsidePath + step, path + step);
        });
    }
}
