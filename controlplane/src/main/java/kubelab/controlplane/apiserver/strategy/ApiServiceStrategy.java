package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** What the API server serves itself is available at once. Source: kube-aggregator, registry/apiservice (1.34). */
final class ApiServiceStrategy extends PlainStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/apiregistration.k8s.io/apiservices/";
    }

    @Override
    public void prepareForCreate(ObjectNode service) {
        service.remove("status");
        if (Json.object(service, "spec", "service") == null) {
            service.putObject("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Available")
                    .put("status", "True")
                    .put("lastTransitionTime", Json.string(service, "metadata", "creationTimestamp"))
                    .put("reason", "Local")
                    .put("message", "Local APIServices are always available");
        }
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public boolean statusTakesMetadata() {
        return false;
    }
}
