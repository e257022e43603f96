package kubelab.controlplane.apiserver.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.apiserver.registry.RemoteVersion;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RawHandler;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers {@code /api…} and {@code /apis…} up to the group version.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/discovery and …/discovery/aggregated (1.34). Simplified: discovery
 * documents have no storageVersionHash and no protobuf form.
 */
public final class Discovery implements RawHandler {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static final List<String> CUSTOM_VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    private final ResourceRegistry registry;
    private final Map<Boolean, AggregatedDocument> documents = new ConcurrentHashMap<>();

    public Discovery(ResourceRegistry registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable ApiResponse handle(ApiRequest request, User user) {
        String[] path = request.path().replaceAll("^/+|/+$", "").split("/");
        if (!request.method().equals("GET") || !path[0].equals("api") && !path[0].equals("apis")) {
            return null;
        }
        boolean legacy = path[0].equals("api");
        if (path.length == 1) {
            if (isAggregated(request.header("accept"))) {
                return aggregated(legacy).answer(request);
            }
            return ApiResponse.json(200, legacy ? legacyVersions(request) : groups());
        }
        if (legacy && path.length == 2 || !legacy && path.length == 3) {
            String group = legacy ? "" : path[1];
            String version = path[path.length - 1];
            return registry.hasGroupVersion(group, version) ? ApiResponse.json(200, resources(group, version)) : null;
        }
        if (!legacy && path.length == 2 && groupVersions().containsKey(path[1])) {
            ObjectNode group = group(path[1], groupVersions().get(path[1]));
            ObjectNode answer = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
            return ApiResponse.json(200, (ObjectNode) answer.setAll(group));
        }
        return null;
    }

    /** The first of the accepted forms that we know decides. */
    private static boolean isAggregated(String accept) {
        for (String option : accept.split(",")) {
            if (option.contains("as=APIGroupDiscoveryList")) {
                if (option.contains("v=v2") && !option.contains("v2beta1") && option.contains("application/json")) {
                    return true;
                }
            } else if (option.contains("json") || option.contains("*/*")) {
                return false;
            }
        }
        return false;
    }

    /** Group → its versions, both in order of preference; without the legacy group. */
    private Map<String, List<String>> groupVersions() {
        return GroupOrder.of(registry.all(), registry.remote());
    }

    private static ObjectNode legacyVersions(ApiRequest request) {
        ObjectNode answer = Json.object().put("kind", "APIVersions");
        answer.putArray("versions").add("v1");
        answer.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", request.header("host"));
        return answer;
    }

    private ObjectNode groups() {
        ObjectNode answer = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = answer.putArray("groups");
        groupVersions().forEach((name, versions) -> groups.add(group(name, versions)));
        return answer;
    }

    private static ObjectNode group(String name, List<String> versions) {
        ObjectNode group = Json.object().put("name", name);
        ArrayNode list = group.putArray("versions");
        versions.forEach(version ->
                list.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.putObject("preferredVersion")
                .put("groupVersion", name + "/" + versions.get(0))
                .put("version", versions.get(0));
        return group;
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode answer = Json.object().put("kind", "APIResourceList");
        if (!group.isEmpty()) {
            answer.put("apiVersion", "v1");
        }
        answer.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode list = answer.putArray("resources");
        for (Resource row : rows(group, version)) {
            ObjectNode item = list.addObject()
                    .put("name", row.plural())
                    .put("singularName", row.singular())
                    .put("namespaced", row.namespaced())
                    .put("kind", row.kind());
            ownVerbs(item, row);
            names(item, "shortNames", row.shortNames());
            names(item, "categories", row.categories());
            for (Resource.Sub sub : row.subresources()) {
                ObjectNode subItem = list.addObject()
                        .put("name", row.plural() + "/" + sub.name())
                        .put("singularName", "")
                        .put("namespaced", row.namespaced());
                if (isForeign(row, sub)) {
                    subItem.put("group", sub.group()).put("version", sub.version());
                }
                subItem.put("kind", sub.kind());
                verbs(subItem, sub.verbs());
            }
        }
        return answer;
    }

    /** Made anew when the registry has changed. */
    private AggregatedDocument aggregated(boolean legacy) {
        long generation = registry.generation(); // before the rows are read: at worst it is made once more
        return Objects.requireNonNull(documents.compute(
                legacy,
                (which, known) -> known != null && known.generation() == generation
                        ? known
                        : AggregatedDocument.of(generation, AGGREGATED, Json.bytes(groupDiscoveryList(legacy)))));
    }

    private ObjectNode groupDiscoveryList(boolean legacy) {
        ObjectNode answer =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        answer.putObject("metadata");
        ArrayNode items = answer.putArray("items");
        Map<String, List<String>> groups = legacy ? Map.of("", List.of("v1")) : groupVersions();
        groups.forEach((name, versions) -> {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!name.isEmpty()) {
                metadata.put("name", name);
            }
            ArrayNode list = item.putArray("versions");
            for (String version : versions) {
                ObjectNode entry = list.addObject().put("version", version);
                RemoteVersion remote = remote(name, version);
                ArrayNode resources = remote == null ? Json.array() : remote.resources();
                if (remote == null) {
                    rows(name, version).forEach(row -> resources.add(aggregated(row)));
                }
                if (!resources.isEmpty()) {
                    entry.set("resources", resources);
                }
                entry.put("freshness", remote == null || remote.current() ? "Current" : "Stale");
            }
        });
        return answer;
    }

    /** What another server serves in place of this one; null for none. */
    private @Nullable RemoteVersion remote(String group, String version) {
        for (RemoteVersion one : registry.remote()) {
            if (one.group().equals(group) && one.version().equals(version)) {
                return one;
            }
        }
        return null;
    }

    private static ObjectNode aggregated(Resource row) {
        ObjectNode item = Json.object().put("resource", row.plural());
        // Upstream fills it in for custom resources only.
        item.putObject("responseKind")
                .put("group", row.isCustom() ? row.group() : "")
                .put("version", row.isCustom() ? row.version() : "")
                .put("kind", row.kind());
        item.put("scope", row.namespaced() ? "Namespaced" : "Cluster").put("singularResource", row.singular());
        ownVerbs(item, row);
        names(item, "shortNames", row.shortNames());
        names(item, "categories", row.categories());
        if (!row.subresources().isEmpty()) {
            ArrayNode subs = item.putArray("subresources");
            for (Resource.Sub sub : row.subresources()) {
                boolean foreign = isForeign(row, sub);
                ObjectNode subItem = subs.addObject().put("subresource", sub.name());
                subItem.putObject("responseKind")
                        .put("group", foreign || row.isCustom() ? sub.group() : "")
                        .put("version", foreign || row.isCustom() ? sub.version() : "")
                        .put("kind", sub.kind());
                verbs(subItem, sub.verbs());
            }
        }
        return item;
    }

    private List<Resource> rows(String group, String version) {
        List<Resource> rows = new ArrayList<>();
        registry.all().stream()
                .filter(row -> row.group().equals(group) && row.version().equals(version))
                .sorted(Comparator.comparing(Resource::plural))
                .forEach(rows::add);
        return rows;
    }

    private static boolean isForeign(Resource row, Resource.Sub sub) {
        return !sub.group().equals(row.group()) || !sub.version().equals(row.version());
    }

    /** Those of custom resources come in another order. */
    private static void ownVerbs(ObjectNode item, Resource row) {
        if (!row.isCustom()) {
            verbs(item, row.verbs());
            return;
        }
        ArrayNode list = item.putArray("verbs");
        CUSTOM_VERBS.stream().filter(row.discoveredVerbs()::contains).forEach(list::add);
    }

    private static void verbs(ObjectNode item, Set<String> verbs) {
        ArrayNode list = item.putArray("verbs");
        new TreeSet<>(verbs).forEach(list::add);
    }

    private static void names(ObjectNode item, String field, List<String> names) {
        if (!names.isEmpty()) {
            ArrayNode list = item.putArray(field);
            names.forEach(list::add);
        }
    }
}
