package kubelab.controlplane.admission;

import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gives claims and volumes the finalizer that keeps them while they are in use. */
final class StorageObjectInUseProtection implements Admission {
    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate()) {
            return;
        }
        if (request.isFor("", "persistentvolumes")) {
            protect(request.object(), "kubernetes.io/pv-protection");
        } else if (request.isFor("", "persistentvolumeclaims")) {
            protect(request.object(), "kubernetes.io/pvc-protection");
        }
    }

    private static void protect(ObjectNode object, String finalizer) {
        ObjectNode metadata = Json.ensure(object, "metadata");
        if (!Json.strings(metadata, "finalizers").contains(finalizer)) {
            ArrayNode finalizers =
                    metadata.get("finalizers") instanceof ArrayNode some ? some : metadata.putArray("finalizers");
            finalizers.add(finalizer);
        }
    }
}
