package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** How often a driver's limits are read again is behind a gate. */
final class CsiDriverStrategy extends PlainStrategy {
    @Override
    public void dropDisabledFields(ObjectNode driver) {
        DisabledFields.ifThere(Json.object(driver, "spec"), spec -> spec.remove("nodeAllocatableUpdatePeriodSeconds"));
    }
}
