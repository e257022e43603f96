package kubelab.controlplane.apiserver.strategy;

import tools.jackson.databind.node.ObjectNode;

/** Of a PriorityClass nothing that matters can change, so its generation stays 1. */
final class PriorityClassStrategy implements Strategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public boolean isNewGeneration(ObjectNode next, ObjectNode live) {
        return false;
    }
}
