package kubelab.controlplane.admission.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a policy or a binding is about a request.
 *
 * <p>Source: k8s.io/apiserver/pkg/admission/plugin/policy/matching (1.34). Simplified: with {@code matchPolicy: Equivalent} a
 * rule for another version of the same resource matches, and expressions see the object in the version of the request.
 */
final class PolicyMatch {
    private PolicyMatch() {}

    /** @param match matchConstraints or matchResources */
    static boolean matches(ObjectNode match, AdmissionRequest request, ObjectReader reader) {
        boolean exact = Json.string(match, "matchPolicy").equals("Exact");
        if (Json.objects(match, "excludeResourceRules").stream().anyMatch(rule -> rule(rule, request, exact))) {
            return false;
        }
        List<ObjectNode> rules = Json.objects(match, "resourceRules");
        return (rules.isEmpty() || rules.stream().anyMatch(rule -> rule(rule, request, exact)))
                && namespace(Json.object(match, "namespaceSelector"), request, reader)
                && object(Json.object(match, "objectSelector"), request);
    }

    private static boolean rule(ObjectNode rule, AdmissionRequest request, boolean exact) {
        List<String> names = Json.strings(rule, "resourceNames");
        String scope = Json.string(rule, "scope");
        return has(rule, "operations", request.operation())
                && has(rule, "apiGroups", request.resource().group())
                && (!exact || has(rule, "apiVersions", request.resource().version()))
                && Json.strings(rule, "resources").stream().anyMatch(wanted -> resource(wanted, request))
                && (scope.isEmpty()
                        || scope.equals("*")
                        || scope.equals("Namespaced") == request.resource().namespaced())
                && (names.isEmpty() || names.contains(request.name()));
    }

    private static boolean has(ObjectNode rule, String field, String value) {
        List<String> wanted = Json.strings(rule, field);
        return wanted.contains("*") || wanted.contains(value);
    }

    /** {@code pods}, {@code pods/status}, {@code pods/*}, {@code *}{@code /scale}, {@code *}; * alone is no subresource. */
    private static boolean resource(String wanted, AdmissionRequest request) {
        int slash = wanted.indexOf('/');
        String resource = slash < 0 ? wanted : wanted.substring(0, slash);
        String subresource = slash < 0 ? "" : wanted.substring(slash + 1);
        return (resource.equals("*") || resource.equals(request.resource().plural()))
                && (subresource.equals("*") || subresource.equals(request.subresource()));
    }

    private static boolean namespace(@Nullable ObjectNode selector, AdmissionRequest request, ObjectReader reader) {
        if (selector == null || selector.isEmpty()) {
            return true;
        }
        if (request.resource().is("", "namespaces")) {
            return selects(selector, request.object());
        }
        if (request.namespace().isEmpty()) {
            return true;
        }
        ObjectNode namespace = reader.get("", "namespaces", "", request.namespace());
        return namespace != null && selects(selector, namespace);
    }

    private static boolean object(@Nullable ObjectNode selector, AdmissionRequest request) {
        ObjectNode old = request.oldObject();
        return selector == null
                || selector.isEmpty()
                || selects(selector, request.object())
                || old != null && selects(selector, old);
    }

    /** @param selector with matchLabels and matchExpressions */
    static boolean selects(ObjectNode selector, ObjectNode object) {
        Map<String, String> labels = Json.map(object, "metadata", "labels");
        return LabelSelectors.match(Json.MAPPER.treeToValue(selector, LabelSelector.class), labels);
    }
}
