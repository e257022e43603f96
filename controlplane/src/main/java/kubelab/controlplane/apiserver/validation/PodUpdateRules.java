package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What may change in a Pod that exists. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class PodUpdateRules {
    private static final String FIXED =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final long LATEST_DEADLINE = 2147483647L;

    private PodUpdateRules() {}

    static void check(Field spec, JsonNode old) {
        for (String list : List.of("containers", "initContainers")) {
            if (spec.get(list).items().size() != old.path(list).size()) {
                spec.get(list).forbidden("pod updates may not add or remove containers");
                return;
            }
            for (Field container : spec.get(list).items()) {
                container.needs("image");
                ContainerRules.image(container);
            }
        }
        if (!deadline(spec.get("activeDeadlineSeconds"), old.path("activeDeadlineSeconds"))) {
            return;
        }
        tolerations(spec.get("tolerations"), old.path("tolerations"));
        gates(spec.get("schedulingGates"), old.path("schedulingGates"));
        ObjectNode next = (ObjectNode) spec.node().deepCopy();
        ObjectNode before = (ObjectNode) old.deepCopy();
        if (!old.path("schedulingGates").isEmpty()) {
            nodeSelector(spec.get("nodeSelector"), old.path("nodeSelector"));
            nodeAffinity(spec, old);
            for (ObjectNode each : List.of(next, before)) {
                each.remove("nodeSelector");
                withoutNodeAffinity(each);
            }
        }
        for (ObjectNode each : List.of(next, before)) {
            each.remove(List.of("activeDeadlineSeconds", "schedulingGates", "tolerations"));
            for (String list : List.of("containers", "initContainers")) {
                each.path(list).forEach(container -> ((ObjectNode) container).remove("image"));
            }
        }
        if (before.path("terminationGracePeriodSeconds").asLong(0) < 0
                && next.path("terminationGracePeriodSeconds").asLong(0) == 1) {
            next.set("terminationGracePeriodSeconds", before.path("terminationGracePeriodSeconds"));
        }
        if (!next.equals(before)) {
            spec.forbidden(FIXED);
        }
    }

    /** @return whether the rest is looked at */
    private static boolean deadline(Field deadline, JsonNode old) {
        if (!deadline.isSet()) {
            if (old.isNumber()) {
                deadline.errors()
                        .invalid(
                                deadline.path(),
                                JsonNodeFactory.instance.nullNode(),
                                "must not update from a positive integer to nil value");
            }
            return true;
        }
        if (deadline.number() < 0 || deadline.number() > LATEST_DEADLINE) {
            deadline.inRange(0, LATEST_DEADLINE);
            return false;
        }
        if (old.isNumber() && deadline.number() > old.asLong()) {
            deadline.invalid("must be less than or equal to previous value");
            return false;
        }
        return true;
    }

    private static void tolerations(Field tolerations, JsonNode old) {
        for (JsonNode before : old) {
            boolean kept = tolerations.items().stream()
                    .anyMatch(after -> withoutSeconds(after.node()).equals(withoutSeconds(before)));
            if (!kept) {
                tolerations.forbidden("existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
        SchedulingRules.tolerations(tolerations);
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        ObjectNode copy = (ObjectNode) toleration.deepCopy();
        copy.remove("tolerationSeconds");
        return copy;
    }

    private static void gates(Field gates, JsonNode old) {
        List<String> before = new ArrayList<>();
        old.forEach(gate -> before.add(gate.path("name").asString("")));
        for (Field gate : gates.items()) {
            if (!before.contains(gate.text("name"))) {
                gate.get("name")
                        .forbidden(
                                "only deletion is allowed, but found new scheduling gate '" + gate.text("name") + "'");
            }
        }
    }

    private static void nodeSelector(Field selector, JsonNode old) {
        for (Map.Entry<String, JsonNode> label : old.properties()) {
            if (!label.getValue().equals(selector.node().path(label.getKey()))) {
                selector.errors()
                        .invalidObject(
                                selector.path(),
                                selector.isSet() ? selector.node().toString() : "null",
                                "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
                return;
            }
        }
    }

    /** Terms stay in their places, and get no looser. */
    private static void nodeAffinity(Field spec, JsonNode old) {
        Field terms = spec.at("affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms");
        JsonNode before =
                old.path("affinity").path("nodeAffinity").path(REQUIRED).path("nodeSelectorTerms");
        if (before.isEmpty()) {
            return;
        }
        if (before.size() != terms.items().size()) {
            terms.errors()
                    .invalidObject(
                            terms.path(),
                            terms.items().isEmpty() ? "[]" : terms.node().toString(),
                            "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            Field term = terms.items().get(i);
            boolean wasEmpty = before.get(i).path("matchExpressions").isEmpty()
                    && before.get(i).path("matchFields").isEmpty();
            boolean same = !wasEmpty
                    || term.get("matchExpressions").isEmpty()
                            && term.get("matchFields").isEmpty();
            for (String list : List.of("matchExpressions", "matchFields")) {
                JsonNode kept = before.get(i).path(list);
                for (int k = 0; k < kept.size(); k++) {
                    same &= kept.get(k).equals(term.node().path(list).path(k));
                }
            }
            if (!same) {
                term.invalid("only additions are allowed (no mutations or deletions)");
            }
        }
    }

    private static void withoutNodeAffinity(ObjectNode spec) {
        if (spec.path("affinity") instanceof ObjectNode affinity) {
            affinity.remove("nodeAffinity");
            if (affinity.isEmpty()) {
                spec.remove("affinity");
            }
        }
    }
}
