package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A namespace is held by {@code spec.finalizers} until the namespace controller has emptied it. */
final class NamespaceStrategy extends PlainStrategy {
    @Override
    public void prepareForCreate(ObjectNode namespace) {
        namespace.putObject("status").put("phase", "Active");
        ObjectNode spec = Json.ensure(namespace, "spec");
        if (!Json.strings(spec, "finalizers").contains("kubernetes")) {
            spec.withArray("finalizers").add("kubernetes");
        }
    }

    /** Only the subresource finalize takes finalizers away. */
    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        if (live.path("spec").has("finalizers")) {
            Json.ensure(next, "spec")
                    .set("finalizers", live.path("spec").path("finalizers").deepCopy());
        }
    }

    @Override
    public List<String> selectableFields() {
        return List.of("status.phase");
    }

    @Override
    public boolean isHeld(ObjectNode namespace) {
        return !Json.items(namespace, "spec", "finalizers").isEmpty();
    }

    @Override
    public void markTerminating(ObjectNode namespace) {
        Json.ensure(namespace, "metadata").remove("deletionGracePeriodSeconds");
        Json.ensure(namespace, "status").put("phase", "Terminating");
    }
}
