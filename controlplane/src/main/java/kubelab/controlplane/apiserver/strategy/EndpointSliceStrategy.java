package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Controllers may write slices without asking whether they are there. */
final class EndpointSliceStrategy implements Strategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void dropDisabledFields(ObjectNode slice) {
        Json.objects(slice, "endpoints").forEach(endpoint -> endpoint.remove("deprecatedTopology"));
    }
}
