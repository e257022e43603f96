package kubelab.controlplane.admission;

import java.util.Comparator;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;

/** A claim that names no storage class gets the one marked as default; the newest if there are several. */
final class DefaultStorageClass implements Admission {
    private final ObjectReader reader;

    DefaultStorageClass(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "DefaultStorageClass";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate()
                || !request.isFor("", "persistentvolumeclaims")
                || Json.at(request.object(), "spec", "storageClassName") != null
                || Json.at(request.object(), "metadata", "annotations", "volume.beta.kubernetes.io/storage-class")
                        != null) {
            return;
        }
        reader.list("storage.k8s.io", "storageclasses", "").stream()
                .filter(c -> Json.string(c, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class")
                        .equals("true"))
                .max(Comparator.comparing(c -> Json.string(c, "metadata", "creationTimestamp")))
                .ifPresent(c -> Json.ensure(request.object(), "spec")
                        .put("storageClassName", Json.string(c, "metadata", "name")));
    }
}
