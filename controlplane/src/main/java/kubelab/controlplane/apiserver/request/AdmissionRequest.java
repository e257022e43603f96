package kubelab.controlplane.apiserver.request;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a plug-in decides about.
 *
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param subresource empty for the object itself
 * @param object the new state, to be changed in {@code mutate}; for DELETE the object that goes; for CONNECT and
 *     subresources such as binding what was sent
 * @param oldObject the state before an UPDATE; null otherwise
 * @param warn adds a Warning header to the answer
 * @param annotate adds an annotation, key and value, to the request in the audit trail
 */
public record AdmissionRequest(
        String operation,
        User user,
        ResourceId resource,
        String subresource,
        String namespace,
        String name,
        ObjectNode object,
        @Nullable ObjectNode oldObject,
        boolean dryRun,
        Consumer<String> warn,
        BiConsumer<String, String> annotate) {
    public boolean isCreate() {
        return operation.equals("CREATE");
    }

    public boolean isUpdate() {
        return operation.equals("UPDATE");
    }

    public boolean isDelete() {
        return operation.equals("DELETE");
    }

    /** Whether it is about an object of this resource itself. */
    public boolean isFor(String group, String plural) {
        return resource.is(group, plural) && subresource.isEmpty();
    }
}
