package kubelab.controlplane.apiserver.apply;

import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Keeps {@code metadata.managedFields}, and server-side apply with it. */
public interface FieldManagement {
    /** Keeps nothing, refuses apply. */
    FieldManagement NONE = new FieldManagement() {};

    /**
     * Merges an applied configuration into the live object.
     *
     * @param live null when the object does not exist yet
     * @param time RFC 3339, for the manager's entry
     * @return the new object with its managedFields
     * @throws ApiException Conflict with causes of reason FieldManagerConflict
     */
    default ObjectNode apply(
            Resource resource,
            String subresource,
            @Nullable ObjectNode live,
            ObjectNode applied,
            String manager,
            boolean force,
            String time) {
        throw new ApiException(
                415, "UnsupportedMediaType", "this API server has no server-side apply (field management is off)");
    }

    /** After an ordinary write: who owns what changed from {@code before} to {@code after}; changes {@code after}. */
    default void updated(
            Resource resource,
            String subresource,
            @Nullable ObjectNode before,
            ObjectNode after,
            String manager,
            String time) {}
}
