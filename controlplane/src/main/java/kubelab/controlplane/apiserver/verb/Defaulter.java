package kubelab.controlplane.apiserver.verb;

import kubelab.controlplane.apiserver.registry.Resource;
import tools.jackson.databind.node.ObjectNode;

/** Fills in what a client left out. Must be stable: applied to its own result it changes nothing. */
public interface Defaulter {
    void setDefaults(Resource resource, ObjectNode object);
}
