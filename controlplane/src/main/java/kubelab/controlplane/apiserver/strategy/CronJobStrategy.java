package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The Pods of its Jobs are two templates deep. */
final class CronJobStrategy implements Strategy {
    @Override
    public void dropDisabledFields(ObjectNode object) {
        DisabledFields.ofPod(Json.object(object, "spec", "jobTemplate", "spec", "template", "spec"));
    }
}
