package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** StatefulSets begin with a status that counts; how many may be unavailable is behind a gate. */
final class StatefulSetStrategy extends WorkloadStrategy {
    @Override
    public void dropDisabledFields(ObjectNode set) {
        super.dropDisabledFields(set);
        DisabledFields.ifThere(
                Json.object(set, "spec", "updateStrategy", "rollingUpdate"),
                rolling -> rolling.remove("maxUnavailable"));
    }

    @Override
    public void prepareForCreate(ObjectNode set) {
        set.putObject("status").put("replicas", 0).put("availableReplicas", 0);
    }
}
