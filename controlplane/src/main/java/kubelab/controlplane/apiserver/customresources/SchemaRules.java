package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.apiserver.rules.RuleDefinitions;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What the schema of a version may say, beyond being structural: keywords that are not supported, types of lists and maps.
 *
 * <p>Source: ValidateCustomResourceDefinitionOpenAPISchema and specStandardValidatorV3 in apiextensions' validation.go
 * (1.34).
 */
final class SchemaRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> JUNCTORS = List.of("allOf", "oneOf", "anyOf");
    private static final List<String> UNSUPPORTED =
            List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");
    /** With a status subresource the schema of the status is taken out of the root, so that little else may be there. */
    private static final Set<String> AT_ROOT = Set.of(
            "description",
            "type",
            "format",
            "title",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "multipleOf",
            "required",
            "items",
            "properties",
            "externalDocs",
            "example",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations");

    private static final String ALLOWED_AT_ROOT =
            "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern"
                    + " MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example"
                    + " XPreserveUnknownFields XValidations]";

    private final Causes causes;

    private SchemaRules(Causes causes) {
        this.causes = causes;
    }

    static void check(JsonNode schema, String path, boolean statusEnabled, Causes causes) {
        if (statusEnabled) {
            root(schema, path, causes);
        }
        if (Json.bool(schema, "nullable")) {
            causes.forbidden(path + ".nullable", "nullable cannot be true at the root");
        }
        // A schema with keywords that are not supported is not looked at any further.
        if (!hasUnsupported(schema)) {
            Causes structural = new Causes();
            StructuralRules.check(schema, path, structural);
            if (structural.isEmpty()) {
                DefaultRules.check(schema, path, structural);
            }
            causes.addAll(structural.list());
        }
        new SchemaRules(causes).walk(schema, path, true);
        if (causes.isEmpty() && new Structural(schema).hasRules()) {
            causes.addAll(RuleDefinitions.compile(schema, path));
        }
    }

    private static boolean hasUnsupported(JsonNode schema) {
        if (UNSUPPORTED.stream().anyMatch(schema::has)
                || schema.path("items").isArray()
                || schema.path("x-kubernetes-preserve-unknown-fields").isBoolean()
                        && !Json.bool(schema, "x-kubernetes-preserve-unknown-fields")) {
            return true;
        }
        List<JsonNode> parts = new ArrayList<>();
        schema.path("properties").forEach(parts::add);
        JUNCTORS.forEach(junctor -> schema.path(junctor).forEach(parts::add));
        List.of("items", "additionalProperties", "not").forEach(name -> parts.add(schema.path(name)));
        return parts.stream().anyMatch(part -> part.isObject() && hasUnsupported(part));
    }

    private static void root(JsonNode schema, String path, Causes causes) {
        String type = Json.string(schema, "type");
        if (!type.isEmpty() && !type.equals("object")) {
            causes.invalidText(
                    path + ".type",
                    type,
                    "only \"object\" is allowed as the type at the root of the schema if the status subresource is"
                            + " enabled");
            return;
        }
        for (String keyword : schema.propertyNames()) {
            if (!AT_ROOT.contains(keyword)) {
                causes.invalid(
                        path,
                        schema.toString(),
                        "only " + ALLOWED_AT_ROOT
                                + " fields are allowed at the root of the schema if the status subresource is enabled");
                return;
            }
        }
    }

    private void walk(JsonNode schema, String path, boolean root) {
        keywords(schema, path);
        JsonNode map = schema.path("additionalProperties");
        if (!schema.path("properties").isEmpty() && (map.isObject() || map.isBoolean() && !map.booleanValue())) {
            causes.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
        }
        if (map.isObject()) {
            walk(map, path + ".additionalProperties", false);
        }
        for (Map.Entry<String, JsonNode> property :
                Json.fields(schema.path("properties")).entrySet()) {
            String here = path + ".properties[" + property.getKey() + "]";
            if (root && Set.of("metadata", "kind", "apiVersion").contains(property.getKey())) {
                noDefaults(property.getValue(), here, "in top-level " + property.getKey());
            }
            walk(property.getValue(), here, false);
        }
        if (schema.path("not").isObject()) {
            walk(schema.path("not"), path + ".not", false);
        }
        for (String junctor : JUNCTORS) {
            for (int i = 0; i < schema.path(junctor).size(); i++) {
                walk(schema.path(junctor).path(i), path + "." + junctor + "[" + i + "]", false);
            }
        }
        if (schema.path("items").isObject()) {
            walk(schema.path("items"), path + ".items", false);
        }
        kubernetesTypes(schema, path);
        if (!Json.items(schema, Structural.RULES).isEmpty()) {
            causes.addAll(RuleDefinitions.texts(schema, path));
        }
    }

    private void noDefaults(JsonNode schema, String path, String reason) {
        if (schema.has("default")) {
            causes.forbidden(path + ".default", "must not be set " + reason);
        }
        Json.fields(schema.path("properties"))
                .forEach((name, part) -> noDefaults(part, path + ".properties[" + name + "]", reason));
    }

    private void keywords(JsonNode schema, String path) {
        for (String keyword : UNSUPPORTED) {
            if (schema.has(keyword)) {
                causes.forbidden(path + "." + keyword, keyword + " is not supported");
            }
        }
        String type = Json.string(schema, "type");
        if (type.equals("null")) {
            causes.forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
        }
        if (!type.isEmpty() && !TYPES.contains(type)) {
            causes.unsupported(path + ".type", type, TYPES);
        }
        if (schema.path("items").isArray() && !schema.path("items").isEmpty()) {
            causes.forbidden(path + ".items", "items must be a schema object and not an array");
        }
        if (Json.bool(schema, "uniqueItems")) {
            causes.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserve.isBoolean() && !preserve.booleanValue()) {
            causes.invalid(path + ".x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined");
        }
    }

    private void kubernetesTypes(JsonNode schema, String path) {
        String mapType = Json.string(schema, "x-kubernetes-map-type");
        if (!mapType.isEmpty()) {
            mustBe("object", schema, path, "must be object if x-kubernetes-map-type is specified");
            if (!List.of("atomic", "granular").contains(mapType)) {
                causes.unsupported(path + ".x-kubernetes-map-type", mapType, List.of("atomic", "granular"));
            }
        }
        String listType = Json.string(schema, "x-kubernetes-list-type");
        List<String> keys = Json.strings(schema, "x-kubernetes-list-map-keys");
        if (!listType.isEmpty()) {
            boolean array = mustBe("array", schema, path, "must be array if x-kubernetes-list-type is specified");
            if (array && listType.equals("set")) {
                setItems(schema.path("items"), path + ".items");
            }
            if (!List.of("atomic", "set", "map").contains(listType)) {
                causes.unsupported(path + ".x-kubernetes-list-type", listType, List.of("atomic", "set", "map"));
            }
        }
        if (!keys.isEmpty() && !listType.equals("map")) {
            String rule = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (listType.isEmpty()) {
                causes.required(path + ".x-kubernetes-list-type", rule);
            } else {
                causes.invalidText(path + ".x-kubernetes-list-type", listType, rule);
            }
        }
        if (listType.equals("map")) {
            mapItems(schema, keys, path);
        }
        if ((listType.equals("map") || listType.equals("set")) && Json.bool(schema.path("items"), "nullable")) {
            causes.forbidden(path + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is " + listType);
        }
    }

    private boolean mustBe(String wanted, JsonNode schema, String path, String rule) {
        String type = Json.string(schema, "type");
        if (type.isEmpty()) {
            causes.required(path + ".type", rule);
        } else if (!type.equals(wanted)) {
            causes.invalidText(path + ".type", type, rule);
        }
        return type.equals(wanted);
    }

    private void setItems(JsonNode items, String path) {
        String rule = "must be atomic as item of a list with x-kubernetes-list-type=set";
        String listType = Json.string(items, "x-kubernetes-list-type");
        if (Json.string(items, "type").equals("array") && !listType.isEmpty() && !listType.equals("atomic")) {
            causes.invalidText(path + ".x-kubernetes-list-type", listType, rule);
        }
        String mapType = Json.string(items, "x-kubernetes-map-type");
        if (Json.string(items, "type").equals("object") && !mapType.equals("atomic")) {
            causes.invalid(path + ".x-kubernetes-map-type", "null", rule);
        }
    }

    private void mapItems(JsonNode schema, List<String> keys, String path) {
        String listKeys = path + ".x-kubernetes-list-map-keys";
        if (keys.isEmpty()) {
            causes.required(listKeys, "must not be empty if x-kubernetes-list-type is map");
        }
        JsonNode items = schema.path("items");
        if (!items.isObject()) {
            causes.required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        String type = Json.string(items, "type");
        if (!type.equals("object")) {
            causes.invalidText(
                    path + ".items.type", type, "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        Set<String> seen = new HashSet<>();
        String shown = schema.path("x-kubernetes-list-map-keys").toString();
        for (String key : keys) {
            JsonNode property = items.path("properties").path(key);
            if (property.isMissingNode()) {
                causes.invalid(listKeys, shown, "entries must all be names of item properties");
            } else if (List.of("array", "object").contains(Json.string(property, "type"))) {
                causes.invalidText(
                        path + ".items.properties[" + key + "].type",
                        type,
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
            }
            if (!seen.add(key)) {
                causes.invalid(listKeys, shown, "must not contain duplicate entries");
            }
            if (property.isObject()) {
                key(items, key, property, path, causes);
            }
        }
    }

    private static void key(JsonNode items, String key, JsonNode property, String path, Causes causes) {
        String here = path + ".items.properties[" + key + "]";
        if (!Json.strings(items, "required").contains(key) && !property.has("default")) {
            causes.required(
                    here + ".default",
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                            + " property");
        }
        if (Json.bool(property, "nullable")) {
            causes.forbidden(
                    here + ".nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
        }
    }
}
