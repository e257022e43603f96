package kubelab.controlplane.admission;

import java.util.List;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A Pod stays five minutes on a node that is lost, unless it says otherwise: the tolerations behind those 300 s. */
final class DefaultTolerationSeconds implements Admission {
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    @Override
    public String name() {
        return "DefaultTolerationSeconds";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isFor("", "pods") || !request.isCreate() && !request.isUpdate()) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        for (String taint : TAINTS) {
            boolean tolerated = Json.objects(spec, "tolerations").stream()
                    .anyMatch(t -> (Json.string(t, "key").equals(taint)
                                    || Json.string(t, "key").isEmpty())
                            && (Json.string(t, "effect").equals("NoExecute")
                                    || Json.string(t, "effect").isEmpty()));
            if (!tolerated) {
                ArrayNode tolerations =
                        spec.get("tolerations") instanceof ArrayNode present ? present : spec.putArray("tolerations");
                tolerations
                        .addObject()
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("effect", "NoExecute")
                        .put("tolerationSeconds", 300);
            }
        }
    }
}
