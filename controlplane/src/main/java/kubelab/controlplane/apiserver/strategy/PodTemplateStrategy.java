package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A template of Pods by itself. */
final class PodTemplateStrategy extends PlainStrategy {
    @Override
    public void dropDisabledFields(ObjectNode object) {
        DisabledFields.ofPod(Json.object(object, "template", "spec"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
