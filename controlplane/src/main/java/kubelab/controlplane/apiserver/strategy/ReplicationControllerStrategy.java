package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The forerunner of the ReplicaSet: its selector is a map of labels. */
final class ReplicationControllerStrategy extends ReplicaSetStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/controllers/";
    }

    @Override
    public Map<String, String> selectorLabels(ObjectNode object) {
        return Json.map(object, "spec", "selector");
    }

    @Override
    public List<String> selectableFields() {
        return List.of("status.replicas");
    }

    @Override
    public String fieldValue(ObjectNode stored, String field) {
        return String.valueOf(Json.number(stored, 0, "status", "replicas"));
    }
}
