package kubelab.controlplane.apiserver.validation;

import java.util.List;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Checks objects after defaulting and mutation. */
public interface Validator {
    Validator NONE = new Validator() {};

    /**
     * Checks the shape of what a client sent, before defaulting: unknown and duplicate fields, wrong types. Removes
     * unknown fields from {@code object}.
     *
     * @param raw the body as sent; null when it was neither JSON nor YAML
     * @param patch whether the body is a patch, of which {@code object} is the result
     * @param fieldValidation {@code Ignore}, {@code Warn} or {@code Strict}
     * @return warnings for the client
     * @throws ApiException e.g. 400 {@code strict decoding error: unknown field "spec.x"}
     */
    default List<String> checkShape(
            Resource resource,
            String subresource,
            ObjectNode object,
            @Nullable SentBody raw,
            boolean patch,
            String fieldValidation) {
        return List.of();
    }

    /** @return all reasons why it is invalid; empty when it is fine */
    default List<ApiException.Cause> validateCreate(Resource resource, ObjectNode object) {
        return List.of();
    }

    /** @param subresource empty, {@code status}, {@code resize}, {@code ephemeralcontainers}, … */
    default List<ApiException.Cause> validateUpdate(
            Resource resource, String subresource, ObjectNode object, ObjectNode oldObject) {
        return List.of();
    }

    /** Texts for Warning headers, e.g. deprecations. */
    default List<String> warnings(Resource resource, ObjectNode object, @Nullable ObjectNode oldObject) {
        return List.of();
    }
}
