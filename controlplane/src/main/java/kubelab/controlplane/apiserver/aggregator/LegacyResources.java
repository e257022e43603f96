package kubelab.controlplane.apiserver.aggregator;

import java.util.LinkedHashMap;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The list of one group and version in the form of aggregated discovery.
 *
 * <p>Source: ConvertGroupVersionIntoToDiscovery in k8s.io/apiserver/pkg/endpoints/installer.go (1.34).
 */
final class LegacyResources {
    private LegacyResources() {}

    /** @param list an APIResourceList */
    static ArrayNode aggregated(ObjectNode list) {
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        for (ObjectNode one : Json.objects(list, "resources")) {
            String name = Json.string(one, "name");
            if (name.indexOf('/') < 0) {
                resources.put(name, resource(one));
            }
        }
        for (ObjectNode one : Json.objects(list, "resources")) {
            String[] names = Json.string(one, "name").split("/", 2);
            if (names.length == 2) {
                ObjectNode parent = resources.computeIfAbsent(names[0], name -> parent(one, name));
                if (!Json.string(parent, "scope").equals(scope(one))) {
                    throw new IllegalArgumentException("scopes of " + names[0] + " and " + names[1] + " differ");
                }
                ObjectNode sub = parent.withArray("subresources").addObject().put("subresource", names[1]);
                kind(sub, Json.string(one, "kind").isEmpty() ? Json.object() : one);
                copy(one, "verbs", sub);
            }
        }
        ArrayNode all = Json.array();
        resources.values().forEach(all::add);
        return all;
    }

    private static ObjectNode resource(ObjectNode one) {
        ObjectNode resource = Json.object().put("resource", Json.string(one, "name"));
        kind(resource, one);
        resource.put("scope", scope(one)).put("singularResource", Json.string(one, "singularName"));
        copy(one, "verbs", resource);
        copy(one, "shortNames", resource);
        copy(one, "categories", resource);
        return resource;
    }

    /** Of a subresource without one. */
    private static ObjectNode parent(ObjectNode sub, String name) {
        ObjectNode parent = Json.object().put("resource", name);
        kind(parent, Json.object());
        return parent.put("scope", scope(sub)).put("singularResource", "").putNull("verbs");
    }

    private static void kind(ObjectNode to, ObjectNode from) {
        to.putObject("responseKind")
                .put("group", Json.string(from, "group"))
                .put("version", Json.string(from, "version"))
                .put("kind", Json.string(from, "kind"));
    }

    private static String scope(ObjectNode one) {
        return Json.bool(one, "namespaced") ? "Namespaced" : "Cluster";
    }

    private static void copy(ObjectNode from, String field, ObjectNode to) {
        if (from.get(field) instanceof ArrayNode list && !list.isEmpty()) {
            to.set(field, list.deepCopy());
        } else if (field.equals("verbs")) {
            to.putNull(field);
        }
    }
}
