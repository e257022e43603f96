package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Whoever wants a Lease may write it without asking whether it is there. */
final class LeaseStrategy extends PlainStrategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void dropDisabledFields(ObjectNode lease) {
        DisabledFields.ifThere(Json.object(lease, "spec"), spec -> spec.remove(List.of("strategy", "preferredHolder")));
    }
}
