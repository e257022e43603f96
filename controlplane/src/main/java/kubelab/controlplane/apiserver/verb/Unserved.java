package kubelab.controlplane.apiserver.verb;

import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kinds that are stored, but that no component acts on. What a client would wait for in vain is refused; what has no
 * effect gets a warning.
 *
 * <p>Simplified: APIServices of a service are refused: there are no aggregated APIs. ReplicationControllers are stored with a
 * warning that nothing acts on them.
 */
final class Unserved {
    private static final String PAGE = "see docs/fidelity.adoc of kubelab";

    private Unserved() {}

    /** @throws ApiException Forbidden when the object would never do what it is for */
    static void check(RequestContext call, ObjectNode object, ObjectStore objects) {
        String refusal = call.resource().strategy().refusal(object, objects::serves);
        if (!refusal.isEmpty()) {
            String name = Json.string(object, "metadata", "name");
            throw ApiException.forbidden(call.resource(), name, refusal + " (" + PAGE + ")");
        }
        String effect = call.resource().strategy().withoutEffect();
        if (!effect.isEmpty()) {
            call.warn("stored without effect: " + effect + " (" + PAGE + ")");
        }
    }
}
