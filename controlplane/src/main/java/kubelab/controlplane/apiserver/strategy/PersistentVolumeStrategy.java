package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Volumes begin as Pending, since their creation. */
final class PersistentVolumeStrategy extends PlainStrategy {
    @Override
    public void prepareForCreate(ObjectNode volume) {
        volume.putObject("status")
                .put("phase", "Pending")
                .put("lastPhaseTransitionTime", Json.string(volume, "metadata", "creationTimestamp"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
