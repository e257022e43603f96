package kubelab.controlplane.apiserver.strategy;

import java.util.function.BiPredicate;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** APIs of the API server itself are registered; those of a Service would be waited for. */
final class ApiServiceStrategy extends PlainStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/apiregistration.k8s.io/apiservices/";
    }

    @Override
    public String refusal(ObjectNode service, BiPredicate<String, String> serves) {
        boolean remote = Json.object(service, "spec", "service") != null
                && !serves.test(Json.string(service, "spec", "group"), Json.string(service, "spec", "version"));
        return remote ? "this cluster does not serve aggregated APIs" : "";
    }
}
