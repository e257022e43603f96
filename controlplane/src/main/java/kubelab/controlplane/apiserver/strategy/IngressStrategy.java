package kubelab.controlplane.apiserver.strategy;

import tools.jackson.databind.node.ObjectNode;

/** Ingresses begin without an address. */
final class IngressStrategy implements Strategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/ingress/";
    }

    @Override
    public void prepareForCreate(ObjectNode ingress) {
        ingress.putObject("status").putObject("loadBalancer");
    }
}
