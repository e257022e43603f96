package kubelab.controlplane.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.ResourceId;
import kubelab.controlplane.apiserver.strategy.Strategies;
import kubelab.controlplane.apiserver.strategy.Strategy;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One row of the registry: all that the verbs must know about a resource in one version. Built-in and custom resources
 * look the same.
 *
 * @param group empty for the core group
 * @param plural name in paths
 * @param verbs what discovery says: {@code create, get, list, …}
 * @param strategy what is special about its kind
 * @param custom the version of the CustomResourceDefinition that it comes from; null for a built-in resource
 */
public record Resource(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        Set<String> verbs,
        List<Sub> subresources,
        Strategy strategy,
        CustomDefinition.@Nullable Version custom)
        implements ResourceId {
    private static final Set<String> SUB_VERBS = Set.of("get", "patch", "update");
    private static final Set<String> CUSTOM_VERBS =
            Set.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
    private static final Set<String> TERMINATING_VERBS = Set.of("get", "list", "watch", "delete", "deletecollection");

    public Resource {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        verbs = Set.copyOf(verbs);
        subresources = List.copyOf(subresources);
    }

    /** A subresource and the kind that it reads or writes. */
    public record Sub(String name, String group, String version, String kind, Set<String> verbs) {
        public Sub {
            verbs = Set.copyOf(verbs);
        }
    }

    /** The row of a custom resource in one of its versions. */
    public static Resource custom(CustomDefinition.Version version) {
        CustomDefinition definition = version.definition();
        String group = definition.group();
        ObjectNode names = definition.names();
        List<Sub> subs = new ArrayList<>();
        if (version.hasStatus()) {
            subs.add(new Sub("status", group, version.name(), Json.string(names, "kind"), SUB_VERBS));
        }
        if (version.hasScale()) {
            subs.add(new Sub("scale", "autoscaling", "v1", "Scale", SUB_VERBS));
        }
        return new Resource(
                group,
                version.name(),
                Json.string(names, "kind"),
                Json.string(names, "plural"),
                Json.string(names, "singular"),
                definition.namespaced(),
                Json.strings(names, "shortNames"),
                Json.strings(names, "categories"),
                CUSTOM_VERBS,
                subs,
                Strategies.custom(version),
                version);
    }

    /** Whether it comes from a CustomResourceDefinition; otherwise it is built in. */
    public boolean isCustom() {
        return custom != null;
    }

    public String listKind() {
        String given = custom == null ? "" : Json.string(custom.definition().names(), "listKind");
        return given.isEmpty() ? kind + "List" : given;
    }

    public @Nullable Sub subresource(String name) {
        for (Sub sub : subresources) {
            if (sub.name.equals(name)) {
                return sub;
            }
        }
        return null;
    }

    /** Whether spec and status are written apart. */
    public boolean hasStatus() {
        return subresource("status") != null;
    }

    /** Whether objects are stored in this row's own version. */
    public boolean isStorageVersion() {
        return storageVersion().equals(apiVersion());
    }

    /** Whether what the store holds is what this row serves, byte for byte. */
    public boolean servesStoredBytes() {
        return isStorageVersion() && (custom == null || custom.definition().servesStoredBytes());
    }

    /** What discovery says that clients may do: less while the definition goes. */
    public Set<String> discoveredVerbs() {
        return custom != null && custom.definition().isTerminating() ? TERMINATING_VERBS : verbs;
    }

    /** {@code group/version} that its objects are stored in. */
    public String storageVersion() {
        return strategy.storageVersion(apiVersion());
    }

    public String key(String namespace, String name) {
        return prefix(namespace) + name;
    }

    /** Prefix of the keys of all objects in a namespace; of all there are when {@code namespace} is empty. */
    public String prefix(String namespace) {
        String all = strategy.storagePrefix(plural);
        return namespace.isEmpty() || !namespaced ? all : all + namespace + "/";
    }
}
