package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A kubelet registers its node together with what it has seen. */
final class NodeStrategy extends PlainStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/minions/";
    }

    @Override
    public void dropDisabledFields(ObjectNode node) {
        DisabledFields.ifThere(Json.object(node, "spec"), spec -> spec.remove("configSource"));
    }

    @Override
    public boolean takesStatusOnCreate() {
        return true;
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.unschedulable");
    }

    @Override
    public String fieldValue(ObjectNode node, String field) {
        return String.valueOf(Json.bool(node, "spec", "unschedulable"));
    }
}
