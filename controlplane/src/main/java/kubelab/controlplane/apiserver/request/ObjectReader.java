package kubelab.controlplane.apiserver.request;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the newest state for parts of the API server itself (admission, authorizer). The trees are copies of the
 * caller's own.
 */
public interface ObjectReader {
    /** @param namespace empty for cluster-scoped resources */
    @Nullable
    ObjectNode get(String group, String plural, String namespace, String name);

    /** The resource of a kind that is served; null when there is none. @param apiVersion {@code v1}, {@code apps/v1} */
    @Nullable
    ResourceId kind(String apiVersion, String kind);

    /** @param namespace empty for all namespaces */
    List<ObjectNode> list(String group, String plural, String namespace);

    /** Shows all objects of a resource, read only if they are wanted. */
    void visit(String group, String plural, Visitor visitor);

    /** Is shown objects. */
    interface Visitor {
        /** @param revision changes whenever the object does */
        void object(String key, long revision, Supplier<ObjectNode> object);
    }

    /** Goes up whenever an object of this resource changes: a cheap test whether a compiled view is stale. */
    long generation(String group, String plural);
}
