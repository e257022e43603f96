package kubelab.controlplane.apiserver.aggregator;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The condition in an APIService's status. Source: k8s.io/kube-aggregator, apiregistration/v1/helper (1.34). */
record AvailableCondition(boolean status, String reason, String message) {
    private static final String TYPE = "Available";

    static final AvailableCondition PASSED = new AvailableCondition(true, "Passed", "all checks passed");
    static final AvailableCondition LOCAL =
            new AvailableCondition(true, "Local", "Local APIServices are always available");

    static AvailableCondition not(String reason, String message) {
        return new AvailableCondition(false, reason, message);
    }

    static boolean isTrue(ObjectNode apiService) {
        return Json.objects(apiService, "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(TYPE)
                        && Json.string(c, "status").equals("True"));
    }

    /**
     * Writes it into the object. The time is that of the last change between True and False.
     *
     * @return whether the object has changed
     */
    boolean set(ObjectNode apiService, String time) {
        ObjectNode all = Json.ensure(apiService, "status");
        ArrayNode conditions = all.get("conditions") instanceof ArrayNode there ? there : all.putArray("conditions");
        ObjectNode condition = null;
        for (ObjectNode one : Json.objects(all, "conditions")) {
            condition = Json.string(one, "type").equals(TYPE) ? one : condition;
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", TYPE);
        }
        ObjectNode before = condition.deepCopy();
        String word = status ? "True" : "False";
        if (!Json.string(condition, "status").equals(word)) {
            condition.put("status", word).put("lastTransitionTime", time);
        }
        condition.put("reason", reason).put("message", message);
        return !Json.same(before, condition);
    }
}
