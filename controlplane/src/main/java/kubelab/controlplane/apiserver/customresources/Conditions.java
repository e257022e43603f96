package kubelab.controlplane.apiserver.customresources;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The conditions in a definition's status. Source: k8s.io/apiextensions-apiserver/pkg/apihelpers (1.34). */
final class Conditions {
    private Conditions() {}

    static boolean isTrue(ObjectNode definition, String type) {
        return Json.objects(definition, "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(type)
                        && Json.string(c, "status").equals("True"));
    }

    static boolean has(ObjectNode definition, String type, String reason) {
        return Json.objects(definition, "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(type)
                        && Json.string(c, "reason").equals(reason));
    }

    /** The time is that of the last change between True and False. */
    static void set(ObjectNode definition, String type, String status, String reason, String message, String time) {
        ObjectNode all = Json.ensure(definition, "status");
        ArrayNode conditions = all.get("conditions") instanceof ArrayNode there ? there : all.putArray("conditions");
        ObjectNode condition = null;
        for (ObjectNode one : Json.objects(all, "conditions")) {
            condition = Json.string(one, "type").equals(type) ? one : condition;
        }
        if (condition == null) {
            condition =
                    conditions.addObject().put("type", type).put("status", "").put("lastTransitionTime", time);
        }
        if (!Json.string(condition, "status").equals(status)) {
            condition.put("lastTransitionTime", time);
        }
        condition.put("status", status).put("reason", reason).put("message", message);
    }
}
