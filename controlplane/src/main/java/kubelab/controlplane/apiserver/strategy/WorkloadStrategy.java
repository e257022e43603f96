package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A kind with a template for Pods in its spec: Deployments, and what the others have in common with them. */
class WorkloadStrategy implements Strategy {
    @Override
    public void dropDisabledFields(ObjectNode object) {
        DisabledFields.ofPod(Json.object(object, "spec", "template", "spec"));
    }
}
