package kubelab.controlplane.admission;

import java.util.Set;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Nothing is created in a namespace that is not there or is on its way out, and some namespaces cannot be deleted. */
final class NamespaceLifecycle implements Admission {
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final ObjectReader reader;

    NamespaceLifecycle(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    /** Already on the way in: what follows may look things up in the namespace and should not wait for them in vain. */
    @Override
    public void mutate(AdmissionRequest request) {
        if (request.isDelete() && request.isFor("", "namespaces") && IMMORTAL.contains(request.name())) {
            throw ApiException.forbidden(request.resource(), request.name(), "this namespace may not be deleted");
        }
        if (!request.isCreate() || !request.resource().namespaced()) {
            return;
        }
        String name = request.namespace();
        ObjectNode namespace = reader.get("", "namespaces", "", name);
        if (namespace == null) {
            ObjectNode details = Json.object().put("name", name).put("kind", "namespaces");
            throw new ApiException(404, "NotFound", "namespaces \"" + name + "\" not found", details);
        }
        if (request.subresource().isEmpty() && Json.at(namespace, "metadata", "deletionTimestamp") != null) {
            ApiException refusal = ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "unable to create new content in namespace " + name + " because it is being terminated");
            refusal.details()
                    .putArray("causes")
                    .addObject()
                    .put("reason", "NamespaceTerminating")
                    .put("message", "namespace " + name + " is being terminated")
                    .put("field", "metadata.namespace");
            throw refusal;
        }
    }
}
