package kubelab.controlplane.apiserver;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One row of the registry: all that the verbs must know about a resource in one version. Built-in and custom resources
 * look the same.
 *
 * @param group empty for the core group
 * @param plural name in paths
 * @param verbs what discovery says: {@code create, get, list, …}
 * @param storagePrefix where its objects are kept, e.g. {@code /registry/pods/}; versions of one resource share it
 * @param storageVersion {@code group/version} objects are stored in
 * @param definition the CustomResourceDefinition; null for a built-in resource
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
        String storagePrefix,
        String storageVersion,
        @Nullable ObjectNode definition) {
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

    /** {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code pods}, {@code deployments.apps}: as error messages name it. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String listKind() {
        return definition == null ? kind + "List" : Json.string(definition, "spec", "names", "listKind");
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
        return storageVersion.equals(apiVersion());
    }

    public String key(String namespace, String name) {
        return namespaced ? storagePrefix + namespace + "/" + name : storagePrefix + name;
    }

    /** Prefix of the keys of all objects in a namespace; of all there are when {@code namespace} is empty. */
    public String prefix(String namespace) {
        return namespace.isEmpty() || !namespaced ? storagePrefix : storagePrefix + namespace + "/";
    }

    public boolean is(String otherGroup, String otherPlural) {
        return group.equals(otherGroup) && plural.equals(otherPlural);
    }
}
