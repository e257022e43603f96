package kubelab.controlplane.apiserver.strategy;

import tools.jackson.databind.node.ObjectNode;

/** A status without Pods is said, not left out. */
class ReplicaSetStrategy extends WorkloadStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("replicas", 0);
    }
}
