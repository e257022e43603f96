package kubelab.controlplane.apiserver.aggregator;

import java.util.LinkedHashMap;
import java.util.List;
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
        List<ObjectNode> given = RemoteResources.objects(RemoteResources.list(list, "resources"));
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        ArrayNode all = Json.array();
        for (ObjectNode one : given) {
            String name = RemoteResources.text(one, "name");
            if (name.indexOf('/') < 0) {
                ObjectNode resource = resource(one);
                all.add(resource);
                resources.put(name, resource);
            }
        }
        for (ObjectNode one : given) {
            String[] names = Json.string(one, "name").split("/", 2);
            if (names.length == 2) {
                ObjectNode parent = resources.computeIfAbsent(names[0], name -> {
                    ObjectNode made = parent(one, name);
                    all.add(made);
                    return made;
                });
                if (!Json.string(parent, "scope").equals(scope(one))) {
                    throw new IllegalArgumentException("scopes of " + names[0] + " and " + names[1] + " differ");
                }
                ObjectNode sub = parent.withArray("subresources").addObject().put("subresource", names[1]);
                kind(sub, Json.string(one, "kind").isEmpty() ? Json.object() : one);
                copy(one, "verbs", sub);
            }
        }
        return all;
    }

    private static ObjectNode resource(ObjectNode one) {
        ObjectNode resource = Json.object().put("resource", Json.string(one, "name"));
        kind(resource, one);
        resource.put("scope", scope(one)).put("singularResource", RemoteResources.text(one, "singularName"));
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
                .put("group", RemoteResources.text(from, "group"))
                .put("version", RemoteResources.text(from, "version"))
                .put("kind", RemoteResources.text(from, "kind"));
    }

    private static String scope(ObjectNode one) {
        return RemoteResources.flag(one, "namespaced") ? "Namespaced" : "Cluster";
    }

    private static void copy(ObjectNode from, String field, ObjectNode to) {
        ArrayNode list = RemoteResources.list(from, field);
        if (!list.isEmpty()) {
            to.set(field, list.deepCopy());
        } else if (field.equals("verbs")) {
            to.putNull(field);
        }
    }
}
