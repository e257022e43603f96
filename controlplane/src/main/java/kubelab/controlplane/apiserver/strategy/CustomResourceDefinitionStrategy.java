package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A definition begins without accepted names, remembers in which versions objects were stored, and goes after its objects.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition (1.34).
 */
final class CustomResourceDefinitionStrategy implements Strategy {
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public String storagePrefix(String plural) {
        return "/registry/apiextensions.k8s.io/customresourcedefinitions/";
    }

    @Override
    public void prepareForCreate(ObjectNode definition) {
        definition.remove("status");
        ObjectNode status = definition.putObject("status");
        status.putNull("conditions");
        status.putObject("acceptedNames").put("plural", "").put("kind", "");
        status.putNull("storedVersions");
        remember(definition);
    }

    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        remember(next);
    }

    private static void remember(ObjectNode definition) {
        ObjectNode status = Json.ensure(definition, "status");
        List<String> stored = Json.strings(status, "storedVersions");
        for (ObjectNode version : Json.objects(definition, "spec", "versions")) {
            String name = Json.string(version, "name");
            if (Json.bool(version, "storage") && !stored.contains(name)) {
                ArrayNode next = Json.array();
                stored.forEach(next::add);
                status.set("storedVersions", next.add(name));
                return;
            }
        }
    }

    /** The first deletion marks it; it goes when the last finalizer is taken. */
    @Override
    public boolean isHeld(ObjectNode definition) {
        return Json.string(definition, "metadata", "deletionTimestamp").isEmpty();
    }

    @Override
    public boolean countsDeletion() {
        return false;
    }

    @Override
    public void markTerminating(ObjectNode definition) {
        if (Json.objects(definition, "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals("Terminating"))) {
            return;
        }
        ObjectNode metadata = Json.ensure(definition, "metadata");
        if (!Json.strings(metadata, "finalizers").contains(CLEANUP)) {
            metadata.withArray("finalizers").add(CLEANUP);
        }
        ObjectNode status = Json.ensure(definition, "status");
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode there ? there : status.putArray("conditions");
        conditions
                .addObject()
                .put("type", "Terminating")
                .put("status", "True")
                .put("lastTransitionTime", Json.string(metadata, "deletionTimestamp"))
                .put("reason", "InstanceDeletionPending")
                .put(
                        "message",
                        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
    }
}
