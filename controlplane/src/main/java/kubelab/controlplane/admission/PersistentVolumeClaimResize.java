package kubelab.controlplane.admission;

import java.math.BigDecimal;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.quantity.Amounts;
import tools.jackson.databind.node.ObjectNode;

/** A claim may only ask for more when it is bound and its class allows volumes to grow. */
final class PersistentVolumeClaimResize implements Admission {
    private final ObjectReader reader;

    PersistentVolumeClaimResize(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "PersistentVolumeClaimResize";
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode before = request.oldObject();
        if (!request.isUpdate()
                || before == null
                || !request.isFor("", "persistentvolumeclaims")
                || size(request.object()).compareTo(size(before)) <= 0) {
            return;
        }
        if (!Json.string(before, "status", "phase").equals("Bound")) {
            throw ApiException.forbidden(
                    request.resource(), request.name(), "Only bound persistent volume claims can be expanded");
        }
        if (!mayGrow(request.object(), before)) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                            + " support resize");
        }
    }

    private boolean mayGrow(ObjectNode claim, ObjectNode before) {
        String name = Json.string(claim, "spec", "storageClassName");
        if (name.isEmpty() || !name.equals(Json.string(before, "spec", "storageClassName"))) {
            return false;
        }
        ObjectNode storageClass = reader.get("storage.k8s.io", "storageclasses", "", name);
        return storageClass != null && Json.bool(storageClass, "allowVolumeExpansion");
    }

    private static BigDecimal size(ObjectNode claim) {
        String text = Json.string(claim, "spec", "resources", "requests", "storage");
        return text.isEmpty() ? BigDecimal.ZERO : Amounts.value(text);
    }
}
