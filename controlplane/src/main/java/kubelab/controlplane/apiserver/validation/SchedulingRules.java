package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What scheduling goes by: priority classes, disruption budgets, taints of nodes, spreading. Source: {@code
 * pkg/apis/scheduling/validation}, {@code …/policy/validation}, {@code …/core/validation}, 1.34.
 */
final class SchedulingRules {
    private static final long HIGHEST = 1_000_000_000;
    private static final Map<String, Long> SYSTEM =
            Map.of("system-cluster-critical", 2_000_000_000L, "system-node-critical", 2_000_001_000L);

    private SchedulingRules() {}

    static void priorityClass(JsonNode object, ErrorList errors) {
        String name = object.path("metadata").path("name").asString("");
        long value = object.path("value").asLong(0);
        if (name.startsWith("system-")) {
            Long known = SYSTEM.get(name);
            if (known == null || known != value) {
                errors.forbidden(
                        "metadata.name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: "
                                + (known == null
                                        ? name + " is not a known system priority class"
                                        : "value of " + name + " PriorityClass must be " + known));
            }
        } else if (value > HIGHEST) {
            errors.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST);
        }
        new Field("preemptionPolicy", object.path("preemptionPolicy"), errors)
                .requiredOneOf("PreemptLowerPriority", "Never");
    }

    static void priorityClassUpdate(JsonNode object, JsonNode old, ErrorList errors) {
        if (object.path("value").asLong(0) != old.path("value").asLong(0)) {
            errors.forbidden("value", "may not be changed in an update.");
        }
        errors.immutable("preemptionPolicy", old.path("preemptionPolicy"), object.path("preemptionPolicy"));
    }

    static void budget(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            errors.invalidObject(
                    "spec",
                    "{\"MinAvailable\":" + spec.path("minAvailable") + ",\"Selector\":" + spec.path("selector")
                            + ",\"MaxUnavailable\":" + spec.path("maxUnavailable")
                            + ",\"UnhealthyPodEvictionPolicy\":"
                            + (spec.has("unhealthyPodEvictionPolicy")
                                    ? spec.path("unhealthyPodEvictionPolicy")
                                    : "null")
                            + "}",
                    "minAvailable and maxUnavailable cannot be both set");
        }
        amount("spec.minAvailable", spec.path("minAvailable"), errors);
        amount("spec.maxUnavailable", spec.path("maxUnavailable"), errors);
        if (spec.has("selector")) {
            WorkloadRules.selector("spec.selector", spec.path("selector"), errors);
        }
        errors.oneOf(
                "spec.unhealthyPodEvictionPolicy",
                spec.path("unhealthyPodEvictionPolicy"),
                "AlwaysAllow",
                "IfHealthyBudget");
    }

    private static void amount(String path, JsonNode value, ErrorList errors) {
        if (value.isNumber()) {
            errors.notNegative(path, value);
            return;
        }
        String text = value.asString("");
        if (value.isMissingNode()) {
            return;
        }
        if (!text.matches("[0-9]+%")) {
            errors.invalid(
                    path,
                    text,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')");
        } else if (Integer.parseInt(text.substring(0, text.length() - 1)) > 100) {
            errors.invalid(path, text, "must not be greater than 100%");
        }
    }

    static void node(JsonNode object, ErrorList errors) {
        Set<String> seen = new HashSet<>();
        JsonNode taints = object.path("spec").path("taints");
        for (int i = 0; i < taints.size(); i++) {
            String path = "metadata.taints[" + i + "]"; // where upstream says they are
            JsonNode taint = taints.path(i);
            String key = taint.path("key").asString("");
            String effect = taint.path("effect").asString("");
            errors.name(path + ".key", key, Names.qualified(key));
            String value = taint.path("value").asString("");
            List<String> wrong = Names.labelValue(value);
            if (!wrong.isEmpty()) {
                errors.invalid(path + ".value", value, String.join(";", wrong));
            }
            if (effect.isEmpty()) {
                errors.required(path + ".effect");
            }
            errors.oneOf(path + ".effect", taint.path("effect"), "NoSchedule", "PreferNoSchedule", "NoExecute");
            if (!seen.add(key + ":" + effect)) {
                errors.duplicateObject(
                        path,
                        "{\"Key\":\"" + key + "\",\"Value\":\""
                                + taint.path("value").asString("")
                                + "\",\"Effect\":\"" + effect + "\",\"TimeAdded\":"
                                + (taint.has("timeAdded") ? taint.path("timeAdded") : "null")
                                + "}: taints must be unique by key and effect pair");
            }
        }
    }

    static void spread(Field constraints) {
        Set<String> seen = new HashSet<>();
        List<Field> items = constraints.items();
        // from behind: of two that are alike the first is the one that is told
        for (int i = items.size() - 1; i >= 0; i--) {
            Field constraint = items.get(i);
            String pair = "{" + constraint.text("topologyKey") + ", " + constraint.text("whenUnsatisfiable") + "}";
            if (!seen.add(pair)) {
                constraint.get("{topologyKey, whenUnsatisfiable}").duplicate(pair);
            }
        }
        items.forEach(SchedulingRules::constraint);
    }

    private static void constraint(Field constraint) {
        constraint.get("maxSkew").positive();
        if (constraint.get("topologyKey").isEmpty()) {
            constraint.get("topologyKey").required("can not be empty");
        }
        constraint.get("whenUnsatisfiable").oneOf("DoNotSchedule", "ScheduleAnyway");
        Field least = constraint.get("minDomains");
        if (least.isSet()) {
            least.positive();
            if (!constraint.is("whenUnsatisfiable", "DoNotSchedule")) {
                least.invalid("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
                        + constraint.text("whenUnsatisfiable"));
            }
        }
        constraint.get("nodeAffinityPolicy").optionallyOneOf("Honor", "Ignore");
        constraint.get("nodeTaintsPolicy").optionallyOneOf("Honor", "Ignore");
        AffinityRules.matchKeys(constraint);
        SelectorRules.check(constraint.get("labelSelector"));
    }

    static void tolerations(Field tolerations) {
        for (Field toleration : tolerations.items()) {
            Field operator = toleration.get("operator");
            toleration.get("key").optionalName(Names::qualified);
            if (toleration.get("key").isEmpty() && !operator.text().equals("Exists")) {
                operator.invalid(
                        operator.text(),
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.has("tolerationSeconds") && !toleration.is("effect", "NoExecute")) {
                toleration
                        .get("effect")
                        .invalid(
                                toleration.text("effect"),
                                "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            String value = toleration.text("value");
            switch (operator.text()) {
                case "", "Equal" -> {
                    List<String> wrong = Names.labelValue(value);
                    if (!wrong.isEmpty()) {
                        operator.invalid(value, String.join(";", wrong));
                    }
                }
                case "Exists" -> {
                    if (!value.isEmpty()) {
                        operator.invalid(value, "value must be empty when `operator` is 'Exists'");
                    }
                }
                default -> operator.unsupported("Equal", "Exists");
            }
            if (!toleration.get("effect").isEmpty()) {
                toleration.get("effect").oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
            }
        }
    }
}
