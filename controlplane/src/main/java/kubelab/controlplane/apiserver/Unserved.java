package kubelab.controlplane.apiserver;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kinds that are stored, but that no component acts on. What a client would wait for in vain is refused; what has no
 * effect gets a warning.
 *
 * <p>Simplified: CustomResourceDefinitions, and APIServices of a service, are refused: there are no custom resources and
 * no aggregated APIs. Objects of autoscaling, NetworkPolicies, ReplicationControllers and PersistentVolumeClaims are stored
 * with a warning that nothing acts on them.
 */
final class Unserved {
    private static final String PAGE = "see docs/fidelity.adoc of kubelab";

    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "/replicationcontrollers", "no controller creates Pods for a ReplicationController; use a Deployment",
            "/persistentvolumeclaims", "nothing binds or provisions volumes, so a claim stays Pending",
            "autoscaling/horizontalpodautoscalers", "nothing scales by a HorizontalPodAutoscaler",
            "networking.k8s.io/networkpolicies", "nothing enforces a NetworkPolicy");

    private Unserved() {}

    /** @throws ApiException Forbidden when the object would never do what it is for */
    static void check(Call call, ObjectNode object, ObjectStore objects) {
        Resource resource = call.resource();
        String name = Json.string(object, "metadata", "name");
        if (resource.is("apiextensions.k8s.io", "customresourcedefinitions")) {
            throw ApiException.forbidden(resource, name, "this cluster does not serve custom resources (" + PAGE + ")");
        }
        boolean remote = resource.is("apiregistration.k8s.io", "apiservices")
                && Json.object(object, "spec", "service") != null
                && !objects.serves(Json.string(object, "spec", "group"), Json.string(object, "spec", "version"));
        if (remote) {
            throw ApiException.forbidden(resource, name, "this cluster does not serve aggregated APIs (" + PAGE + ")");
        }
        String effect = WITHOUT_EFFECT.get(resource.group() + "/" + resource.plural());
        if (effect != null) {
            call.warn("stored without effect: " + effect + " (" + PAGE + ")");
        }
    }
}
