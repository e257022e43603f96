package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Claims begin as Pending; their two ways to name a source say the same. */
final class PersistentVolumeClaimStrategy extends PlainStrategy {
    @Override
    public void dropDisabledFields(ObjectNode claim) {
        DisabledFields.ofClaim(Json.object(claim, "spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode claim) {
        claim.putObject("status").put("phase", "Pending");
        DataSources.normalise(Json.ensure(claim, "spec"), false);
    }

    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        DataSources.normalise(Json.ensure(next, "spec"), Json.object(live, "spec", "dataSource") != null);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
