package kubelab.controlplane.admission;

import kubelab.controlplane.apiserver.Admission;
import kubelab.controlplane.apiserver.AdmissionRequest;
import kubelab.controlplane.apiserver.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * A claim or volume in use must not go: each gets a finalizer that a controller takes back. Source:
 * plugin/pkg/admission/storage/storageobjectinuseprotection, release 1.34.
 */
final class StorageProtection implements Admission {
    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate()) {
            return;
        }
        if (request.isFor("", "persistentvolumeclaims")) {
            protect(request, "kubernetes.io/pvc-protection");
        } else if (request.isFor("", "persistentvolumes")) {
            protect(request, "kubernetes.io/pv-protection");
        } else if (request.isFor("storage.k8s.io", "volumeattributesclasses")) {
            protect(request, "kubernetes.io/vac-protection");
        }
    }

    private static void protect(AdmissionRequest request, String finalizer) {
        ObjectNode metadata = Json.ensure(request.object(), "metadata");
        if (!Json.strings(metadata, "finalizers").contains(finalizer)) {
            metadata.withArray("finalizers").add(finalizer);
        }
    }
}
