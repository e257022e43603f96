package kubelab.controlplane.apiserver.openapi;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of a custom resource as a type of the API document: with the fields that every object has.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder (1.34).
 */
public final class CustomTypes {
    static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private CustomTypes() {}

    /**
     * @param schema {@code openAPIV3Schema} of a version
     * @param references what stands before the names of types: {@code #/components/schemas/} in a document, nothing in
     *     {@link Schemas}
     */
    public static ObjectNode of(JsonNode schema, String references) {
        ObjectNode type = schema.isObject() ? ((ObjectNode) schema).deepCopy() : Json.object();
        embedded(type, references);
        resource(type, references);
        return type;
    }

    private static void resource(ObjectNode type, String references) {
        type.put("type", "object");
        ObjectNode properties = Json.ensure(type, "properties");
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .put(
                        "description",
                        "APIVersion defines the versioned schema of this representation of an object. Servers should"
                                + " convert recognized schemas to the latest internal value, and may reject unrecognized"
                                + " values.");
        properties
                .putObject("kind")
                .put("type", "string")
                .put(
                        "description",
                        "Kind is a string value representing the REST resource this object represents. Servers may infer"
                                + " this from the endpoint the client submits requests to.");
        ObjectNode metadata = properties.putObject("metadata");
        if (references.isEmpty()) {
            metadata.put("$ref", METADATA);
        } else {
            metadata.put("description", "Standard object's metadata.");
            metadata.putArray("allOf").addObject().put("$ref", references + METADATA);
        }
    }

    /** Objects inside have these fields, too. */
    private static void embedded(JsonNode type, String references) {
        for (JsonNode property : type.path("properties")) {
            inside(property, references);
        }
        inside(type.path("items"), references);
        inside(type.path("additionalProperties"), references);
    }

    private static void inside(JsonNode type, String references) {
        if (type instanceof ObjectNode object) {
            embedded(object, references);
            if (Json.bool(object, "x-kubernetes-embedded-resource")) {
                resource(object, references);
                object.putArray("required").add("kind").add("apiVersion");
            }
        }
    }
}
