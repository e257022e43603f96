package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
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

    static void priorityClass(JsonNode object, Problems problems) {
        String name = object.path("metadata").path("name").asString("");
        long value = object.path("value").asLong(0);
        if (name.startsWith("system-")) {
            Long known = SYSTEM.get(name);
            if (known == null || known != value) {
                problems.forbidden(
                        "metadata.name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: "
                                + (known == null
                                        ? name + " is not a known system priority class"
                                        : "value of " + name + " PriorityClass must be " + known));
            }
        } else if (value > HIGHEST) {
            problems.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST);
        }
        problems.oneOf("preemptionPolicy", object.path("preemptionPolicy"), "PreemptLowerPriority", "Never");
    }

    static void priorityClassUpdate(JsonNode object, JsonNode old, Problems problems) {
        if (object.path("value").asLong(0) != old.path("value").asLong(0)) {
            problems.forbidden("value", "may not be changed in an update.");
        }
        problems.immutable("preemptionPolicy", old.path("preemptionPolicy"), object.path("preemptionPolicy"));
    }

    static void budget(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            problems.invalidObject(
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
        amount("spec.minAvailable", spec.path("minAvailable"), problems);
        amount("spec.maxUnavailable", spec.path("maxUnavailable"), problems);
        if (spec.has("selector")) {
            WorkloadRules.selector("spec.selector", spec.path("selector"), problems);
        }
        problems.oneOf(
                "spec.unhealthyPodEvictionPolicy",
                spec.path("unhealthyPodEvictionPolicy"),
                "AlwaysAllow",
                "IfHealthyBudget");
    }

    private static void amount(String path, JsonNode value, Problems problems) {
        if (value.isNumber()) {
            problems.notNegative(path, value);
            return;
        }
        String text = value.asString("");
        if (text.isEmpty()) {
            return;
        }
        if (!text.matches("[0-9]+%")) {
            problems.invalid(
                    path,
                    text,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')");
        } else if (Integer.parseInt(text.substring(0, text.length() - 1)) > 100) {
            problems.invalid(path, text, "must not be greater than 100%");
        }
    }

    static void node(JsonNode object, Problems problems) {
        Set<String> seen = new HashSet<>();
        JsonNode taints = object.path("spec").path("taints");
        for (int i = 0; i < taints.size(); i++) {
            String path = "metadata.taints[" + i + "]"; // where upstream says they are
            JsonNode taint = taints.path(i);
            String key = taint.path("key").asString("");
            String effect = taint.path("effect").asString("");
            problems.name(path + ".key", key, Names.qualified(key));
            if (effect.isEmpty()) {
                problems.required(path + ".effect");
            }
            problems.oneOf(path + ".effect", taint.path("effect"), "NoSchedule", "PreferNoSchedule", "NoExecute");
            if (!seen.add(key + ":" + effect)) {
                problems.duplicateObject(
                        path,
                        "{\"Key\":\"" + key + "\",\"Value\":\""
                                + taint.path("value").asString("")
                                + "\",\"Effect\":\"" + effect + "\",\"TimeAdded\":"
                                + (taint.has("timeAdded") ? taint.path("timeAdded") : "null")
                                + "}: taints must be unique by key and effect pair");
            }
        }
    }

    static void spread(String path, JsonNode constraints, Problems problems) {
        for (int i = 0; i < constraints.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode constraint = constraints.path(i);
            if (constraint.path("maxSkew").asLong(0) <= 0) {
                problems.invalid(here + ".maxSkew", constraint.path("maxSkew"), "must be greater than zero");
            }
            if (constraint.path("topologyKey").asString("").isEmpty()) {
                problems.required(here + ".topologyKey", "can not be empty");
            }
            String when = constraint.path("whenUnsatisfiable").asString("");
            if (!when.equals("DoNotSchedule") && !when.equals("ScheduleAnyway")) {
                problems.unsupported(
                        here + ".whenUnsatisfiable", "\"" + when + "\"", "DoNotSchedule", "ScheduleAnyway");
            }
            JsonNode least = constraint.path("minDomains");
            if (least.isNumber() && least.asLong() <= 0) {
                problems.invalid(here + ".minDomains", least, "must be greater than zero");
            } else if (least.isNumber() && !when.equals("DoNotSchedule")) {
                problems.invalid(
                        here + ".minDomains",
                        least,
                        "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + when);
            }
            problems.oneOf(here + ".nodeAffinityPolicy", constraint.path("nodeAffinityPolicy"), "Honor", "Ignore");
            problems.oneOf(here + ".nodeTaintsPolicy", constraint.path("nodeTaintsPolicy"), "Honor", "Ignore");
            if (constraint.has("labelSelector")) {
                WorkloadRules.selector(here + ".labelSelector", constraint.path("labelSelector"), problems);
            }
        }
    }
}
