package kubelab.controlplane.apiserver.openapi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an API document says of a custom resource. Its paths are those of Deployments under other names: both can be listed,
 * watched, patched and scaled by the same parameters.
 */
final class CustomPaths {
    private static final String TYPE = "io.k8s.api.apps.v1.Deployment";
    private static final Set<String> BUILT_IN_ONLY =
            Set.of("application/vnd.kubernetes.protobuf", "application/strategic-merge-patch+json");

    private final ObjectNode template;
    private final String types;

    /**
     * @param template a document with the paths of Deployments
     * @param types where a document of this release has its types: {@code definitions}, {@code components/schemas}
     */
    CustomPaths(ObjectNode template, String types) {
        this.template = template;
        this.types = types;
    }

    void addTo(ObjectNode document, Resource row) {
        ObjectNode paths = Json.ensure(document, "paths");
        Json.fields(template.path("paths")).forEach((path, operations) -> {
            String own = pathOf(row, path);
            if (!own.isEmpty()) {
                paths.set(own, renamed(row, operations));
            }
        });
        ObjectNode all = Json.ensure(document, types.split("/"));
        String name = typeName(row);
        all.set(name, type(row));
        all.set(name + "List", list(row));
        if (all.size() > 2 && all.has(CustomTypes.METADATA) && types.equals("definitions")) {
            return; // the document has all types already
        }
        addReferenced(document, all);
    }

    /** The path of the resource that is like a path of Deployments; empty when it has none. */
    private static String pathOf(Resource row, String path) {
        String prefix = "/apis/apps/v1/";
        String collection = "namespaces/{namespace}/deployments";
        if (path.equals(prefix + "deployments")) {
            return row.namespaced() ? "/apis/" + row.apiVersion() + "/" + row.plural() : "";
        }
        if (!path.startsWith(prefix + collection)) {
            return "";
        }
        String rest = path.substring(prefix.length() + collection.length());
        boolean status = rest.endsWith("/status");
        boolean scale = rest.endsWith("/scale");
        if (status && row.subresource("status") == null || scale && row.subresource("scale") == null) {
            return "";
        }
        return "/apis/" + row.apiVersion() + "/" + (row.namespaced() ? "namespaces/{namespace}/" : "") + row.plural()
                + rest;
    }

    private JsonNode renamed(Resource row, JsonNode operations) {
        String text = operations
                .toString()
                .replace(TYPE, typeName(row))
                .replace("\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"", gvk(row))
                .replace("\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\"", gvk(row))
                .replaceAll(
                        "\"(\\w+)AppsV1((?:Collection)?)((?:Namespaced)?)Deployment",
                        "\"$1" + operation(row) + "$2$3" + row.kind())
                .replace("apps_v1", tag(row))
                .replace("kind Deployment", "kind " + row.kind())
                .replace("the specified Deployment", "the specified " + row.kind())
                .replace("a Deployment\"", "a " + row.kind() + "\"");
        JsonNode renamed = Json.parseObject(text);
        clean(renamed, row.namespaced());
        return renamed;
    }

    private static String gvk(Resource row) {
        return "\"group\":\"" + row.group() + "\",\"version\":\"" + row.version() + "\",\"kind\":\"" + row.kind()
                + "\"";
    }

    private static void clean(JsonNode node, boolean namespaced) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (BUILT_IN_ONLY.stream().anyMatch(name::startsWith)) {
                    object.remove(name);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                JsonNode item = array.get(i);
                boolean builtIn = item.isString() && BUILT_IN_ONLY.stream().anyMatch(item.stringValue()::startsWith);
                boolean namespace = item.isObject()
                        && (Json.string(item, "name").equals("namespace")
                                || Json.string(item, "$ref").contains("/namespace-"));
                if (builtIn || namespace && !namespaced) {
                    array.remove(i);
                }
            }
        }
        node.forEach(child -> clean(child, namespaced));
    }

    private ObjectNode type(Resource row) {
        CustomDefinition.Version version = row.custom();
        Structural schema = version == null ? null : version.schema();
        boolean v2 = types.equals("definitions");
        ObjectNode type = schema == null ? Json.object() : CustomTypes.of(schema.json(), "#/" + types + "/");
        if (v2) {
            OldDialect.simplify(type);
        } else {
            intOrString(type);
        }
        kinds(type, row, row.kind());
        if (version != null && !version.selectableFields().isEmpty()) {
            ArrayNode fields = type.putArray("x-kubernetes-selectable-fields");
            version.selectableFields().forEach(path -> fields.addObject().put("fieldPath", path));
        }
        return type;
    }

    private static void intOrString(JsonNode type) {
        if (type instanceof ObjectNode object
                && Json.bool(object, "x-kubernetes-int-or-string")
                && !object.has("anyOf")) {
            ArrayNode types = object.putArray("anyOf");
            types.addObject().put("type", "integer");
            types.addObject().put("type", "string");
        }
        type.forEach(CustomPaths::intOrString);
    }

    private ObjectNode list(Resource row) {
        String name = typeName(row);
        String text = Json.ensure(template, types.split("/"))
                .path(TYPE + "List")
                .toString()
                .replace(TYPE, name)
                .replace("DeploymentList is a list of Deployments.", row.listKind() + " is a list of " + row.kind());
        ObjectNode list = Json.parseObject(text);
        kinds(list, row, row.listKind());
        return list;
    }

    private static void kinds(ObjectNode type, Resource row, String kind) {
        type.putArray("x-kubernetes-group-version-kind")
                .addObject()
                .put("group", row.group())
                .put("kind", kind)
                .put("version", row.version());
    }

    /** The types that others refer to, as long as there are such. */
    private void addReferenced(ObjectNode document, ObjectNode all) {
        ObjectNode known = Json.ensure(template, types.split("/"));
        String prefix = "\"#/" + types + "/";
        for (boolean added = true; added; ) {
            added = false;
            String text = document.toString();
            for (int at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
                String name = text.substring(at + prefix.length(), text.indexOf('"', at + prefix.length()));
                if (!all.has(name) && known.has(name)) {
                    all.set(name, known.path(name).deepCopy());
                    added = true;
                }
            }
        }
    }

    /** {@code com.example.v1.Widget}. */
    private static String typeName(Resource row) {
        List<String> parts = new ArrayList<>(List.of(row.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + row.version() + "." + row.kind();
    }

    private static String tag(Resource row) {
        String camel = camel(row.group());
        return camel.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + camel.substring(1) + "_" + row.version();
    }

    private static String operation(Resource row) {
        return camel(row.group()) + camel(row.version());
    }

    private static String camel(String words) {
        StringBuilder camel = new StringBuilder();
        for (String word : words.split("[.-]")) {
            camel.append(word.substring(0, 1).toUpperCase(java.util.Locale.ROOT))
                    .append(word.substring(1));
        }
        return camel.toString();
    }

    /** OpenAPI v2 lacks much of what a schema may say: what it lacks is left out. */
    private static final class OldDialect {
        private OldDialect() {}

        /** Source: ToStructuralOpenAPIV2 in apiextensions' controller/openapi/v2 (1.34). */
        static void simplify(JsonNode schema) {
            if (!(schema instanceof ObjectNode object)) {
                return;
            }
            JsonNode metadata = object.path("properties")
                    .path("metadata")
                    .path("allOf")
                    .path(0)
                    .path("$ref");
            if (metadata.isString()) {
                Json.ensure(object, "properties", "metadata").remove("allOf");
                Json.ensure(object, "properties", "metadata").set("$ref", metadata);
            }
            List.of("default", "anyOf", "oneOf", "allOf", "not").forEach(object::remove);
            boolean preserves = Json.bool(object, "x-kubernetes-preserve-unknown-fields");
            if (preserves || Json.bool(object, "nullable") || Json.bool(object, "x-kubernetes-int-or-string")) {
                List.of("type", "properties", "items", "additionalProperties", "nullable", "required", "format")
                        .forEach(object::remove);
            }
            Map<String, JsonNode> properties = Json.fields(object.path("properties"));
            properties.values().forEach(OldDialect::simplify);
            simplify(object.path("items"));
            simplify(object.path("additionalProperties"));
        }
    }
}
