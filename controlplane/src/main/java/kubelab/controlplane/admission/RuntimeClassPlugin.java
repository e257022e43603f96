package kubelab.controlplane.admission;

import java.util.Map;
import kubelab.controlplane.apiserver.Admission;
import kubelab.controlplane.apiserver.AdmissionRequest;
import kubelab.controlplane.apiserver.ApiException;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.ObjectReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a Pod what its runtime class says: overhead, nodes, tolerations. Source: plugin/pkg/admission/runtimeclass, release
 * 1.34.
 */
final class RuntimeClassPlugin implements Admission {
    private static final String OTHER_OVERHEAD =
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

    private final ObjectReader reader;

    RuntimeClassPlugin(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "RuntimeClass";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods")) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        ObjectNode chosen = runtimeClass(request, spec);
        if (chosen == null) {
            return;
        }
        ObjectNode overhead = Json.object(chosen, "overhead", "podFixed");
        if (Json.object(chosen, "overhead") != null) {
            if (!spec.path("overhead").isEmpty() && !spec.path("overhead").equals(overhead)) {
                throw refused(request, OTHER_OVERHEAD);
            }
            if (overhead != null) {
                spec.set("overhead", overhead.deepCopy());
            }
        }
        scheduling(request, spec, chosen);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods")) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        ObjectNode chosen = runtimeClass(request, spec);
        if (Json.object(chosen, "overhead") == null && !spec.path("overhead").isEmpty()) {
            throw refused(
                    request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private @Nullable ObjectNode runtimeClass(AdmissionRequest request, ObjectNode spec) {
        if (!spec.has("runtimeClassName")) {
            return null;
        }
        String name = Json.string(spec, "runtimeClassName");
        ObjectNode found = reader.get("node.k8s.io", "runtimeclasses", "", name);
        if (found == null) {
            throw refused(request, "pod rejected: RuntimeClass \"" + name + "\" not found");
        }
        return found;
    }

    private static void scheduling(AdmissionRequest request, ObjectNode spec, ObjectNode chosen) {
        for (Map.Entry<String, String> label :
                Json.map(chosen, "scheduling", "nodeSelector").entrySet()) {
            ObjectNode selector = Json.ensure(spec, "nodeSelector");
            String own = Json.string(selector, label.getKey());
            if (selector.has(label.getKey()) && !own.equals(label.getValue())) {
                throw refused(
                        request,
                        "conflict: runtimeClass.scheduling.nodeSelector[" + label.getKey() + "] = " + label.getValue()
                                + "; pod.spec.nodeSelector[" + label.getKey() + "] = " + own);
            }
            selector.put(label.getKey(), label.getValue());
        }
        for (JsonNode toleration : Json.items(chosen, "scheduling", "tolerations")) {
            if (!Json.items(spec, "tolerations").contains(toleration)) {
                ArrayNode all = spec.withArray("tolerations");
                all.add(toleration.deepCopy());
            }
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
