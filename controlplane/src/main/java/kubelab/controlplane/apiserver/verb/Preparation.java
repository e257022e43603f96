package kubelab.controlplane.apiserver.verb;

import java.util.List;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.strategy.Strategy;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who may write which part: spec and status are written apart, and the kind's strategy has its say.
 *
 * <p>Source: BeforeCreate and BeforeUpdate in k8s.io/apiserver/pkg/registry/rest, release 1.34.
 */
final class Preparation {
    /** As upstream: a status update may touch these of most kinds, nothing else. */
    private static final List<String> WITH_STATUS = List.of("labels", "annotations", "managedFields", "finalizers");

    private Preparation() {}

    static void forCreate(Resource resource, ObjectNode object) {
        Strategy strategy = resource.strategy();
        strategy.dropDisabledFields(object);
        if (resource.hasStatus() && !strategy.takesStatusOnCreate()) {
            object.remove("status");
        }
        strategy.prepareForCreate(object);
        if (resource.hasStatus() && !resource.isCustom() && !object.has("status")) {
            object.putObject("status");
        }
    }

    /** Takes from the live object what this request may not change. */
    static void forUpdate(Resource resource, String subresource, ObjectNode next, ObjectNode live) {
        if (subresource.equals("status")) {
            statusOnly(next, live, resource.strategy().statusTakesMetadata() ? WITH_STATUS : List.of("managedFields"));
            return;
        }
        resource.strategy().dropDisabledFields(next);
        if (resource.hasStatus() && subresource.isEmpty()) {
            set(next, "status", live.get("status"));
        }
        if (subresource.isEmpty()) {
            resource.strategy().prepareForUpdate(next, live);
        }
    }

    private static void statusOnly(ObjectNode next, ObjectNode live, List<String> withStatus) {
        JsonNode status = next.get("status");
        JsonNode metadata = next.get("metadata");
        for (String field : List.copyOf(next.propertyNames())) {
            next.remove(field);
        }
        live.properties().forEach(e -> next.set(e.getKey(), e.getValue().deepCopy()));
        set(next, "status", status);
        if (metadata instanceof ObjectNode sent) {
            ObjectNode kept = Json.ensure(next, "metadata");
            withStatus.forEach(field -> set(kept, field, sent.get(field)));
        }
    }

    private static void set(ObjectNode object, String field, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(field);
        } else {
            object.set(field, value.deepCopy());
        }
    }
}
