package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a Job says about failures, successes and replacements. Source: k8s.io/kubernetes/pkg/apis/batch/validation
 * (1.34).
 */
final class JobPolicyRules {
    private static final int MOST_RULES = 20;
    private static final int MOST_EXIT_CODES = 255;
    private static final String[] ACTIONS = {"Count", "FailIndex", "FailJob", "Ignore"};
    private static final String[] OPERATORS = {"In", "NotIn"};
    private static final String[] STATUSES = {"False", "True", "Unknown"};

    private JobPolicyRules() {}

    static void check(String path, JsonNode spec, ErrorList errors) {
        if (spec.path("podFailurePolicy").isObject()) {
            failurePolicy(path + ".podFailurePolicy.rules", spec, errors);
        }
        if (spec.path("successPolicy").isObject()) {
            if (JobRules.isIndexed(spec)) {
                successPolicy(path + ".successPolicy.rules", spec, errors);
            } else {
                errors.invalidObject(
                        path + ".successPolicy",
                        printed(spec.path("successPolicy")),
                        "requires indexed completion mode");
            }
        }
        String[] replacements = spec.path("podFailurePolicy").isObject()
                ? new String[] {"Failed"}
                : new String[] {"Failed", "TerminatingOrFailed"};
        errors.oneOf(path + ".podReplacementPolicy", spec.path("podReplacementPolicy"), replacements);
    }

    private static void failurePolicy(String path, JsonNode spec, ErrorList errors) {
        JsonNode rules = spec.path("podFailurePolicy").path("rules");
        if (rules.size() > MOST_RULES) {
            errors.tooMany(path, rules.size(), MOST_RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            failureRule(path + "[" + i + "]", rules.path(i), spec, errors);
        }
    }

    private static void failureRule(String path, JsonNode rule, JsonNode spec, ErrorList errors) {
        JsonNode action = rule.path("action");
        if (action.asString("").equals("FailIndex") && !JobRules.isSet(spec, "backoffLimitPerIndex")) {
            errors.invalid(path + ".action", action, "requires the backoffLimitPerIndex to be set");
        } else {
            word(path + ".action", action, errors, ACTIONS);
        }
        JsonNode exitCodes = rule.path("onExitCodes");
        JsonNode conditions = rule.path("onPodConditions");
        if (exitCodes.isObject()) {
            exitCodes(path + ".onExitCodes", exitCodes, spec.path("template").path("spec"), errors);
        }
        if (conditions.size() > MOST_RULES) {
            errors.tooMany(path + ".onPodConditions", conditions.size(), MOST_RULES);
        }
        for (int i = 0; i < conditions.size(); i++) {
            String here = path + ".onPodConditions[" + i + "]";
            String type = conditions.path(i).path("type").asString("");
            errors.name(here + ".type", type, Names.qualified(type));
            word(here + ".status", conditions.path(i).path("status"), errors, STATUSES);
        }
        if (exitCodes.isObject() && !conditions.isEmpty()) {
            errors.invalidWhole(path, "specifying both OnExitCodes and OnPodConditions is not supported");
        } else if (!exitCodes.isObject() && conditions.isEmpty()) {
            errors.invalidWhole(path, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    private static void exitCodes(String path, JsonNode requirement, JsonNode pod, ErrorList errors) {
        JsonNode operator = requirement.path("operator");
        word(path + ".operator", operator, errors, OPERATORS);
        JsonNode container = requirement.path("containerName");
        if (container.isString() && !containers(pod).contains(container.asString())) {
            errors.invalid(
                    path + ".containerName",
                    container,
                    "must be one of the container or initContainer names in the pod template");
        }
        JsonNode values = requirement.path("values");
        if (values.isEmpty()) {
            errors.invalid(
                    path + ".values",
                    values.isArray() ? values : JsonNodeFactory.instance.nullNode(),
                    "at least one value is required");
        } else if (values.size() > MOST_EXIT_CODES) {
            errors.tooMany(path + ".values", values.size(), MOST_EXIT_CODES);
        }
        Set<Long> seen = new HashSet<>();
        boolean ordered = true;
        for (int i = 0; i < values.size(); i++) {
            long value = values.path(i).asLong();
            if (value == 0 && operator.asString("").equals("In")) {
                errors.invalid(path + ".values[" + i + "]", values.path(i), "must not be 0 for the In operator");
            }
            if (!seen.add(value)) {
                errors.duplicateObject(path + ".values[" + i + "]", Long.toString(value));
            }
            ordered &= i == 0 || values.path(i - 1).asLong() <= value;
        }
        if (!ordered) {
            errors.invalid(path + ".values", values, "must be ordered");
        }
    }

    private static void successPolicy(String path, JsonNode spec, ErrorList errors) {
        JsonNode rules = spec.path("successPolicy").path("rules");
        long completions = spec.path("completions").asLong(0);
        if (rules.isEmpty()) {
            errors.required(path, "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.size() > MOST_RULES) {
            errors.tooMany(path, rules.size(), MOST_RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            successRule(path + "[" + i + "]", rules.path(i), completions, errors);
        }
    }

    private static void successRule(String path, JsonNode rule, long completions, ErrorList errors) {
        JsonNode indexes = rule.path("succeededIndexes");
        JsonNode count = rule.path("succeededCount");
        if (!indexes.isString() && !count.isNumber()) {
            errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
        }
        long named = 0;
        if (indexes.isString()) {
            try {
                named = IndexIntervals.count(indexes.asString(), completions);
            } catch (IllegalArgumentException e) {
                errors.invalid(
                        path + ".succeededIndexes", indexes, "error parsing succeededIndexes: " + e.getMessage());
            }
        }
        errors.notNegative(path + ".succeededCount", count);
        if (count.asLong(0) > completions) {
            errors.invalid(
                    path + ".succeededCount",
                    count,
                    "must be less than or equal to " + completions + " (the number of specified completions)");
        }
        if (indexes.isString() && count.isNumber() && count.asLong() > named) {
            errors.invalid(
                    path + ".succeededCount",
                    count,
                    "must be less than or equal to " + named
                            + " (the number of indexes in the specified succeededIndexes field)");
        }
    }

    /** A word that must be there and must be one of those allowed. */
    private static void word(String path, JsonNode word, ErrorList errors, String... allowed) {
        if (word.asString("").isEmpty()) {
            errors.required(path, "valid values: [\"" + String.join("\" \"", allowed) + "\"]");
        } else {
            errors.oneOf(path, word, allowed);
        }
    }

    private static Set<String> containers(JsonNode pod) {
        Set<String> names = new HashSet<>();
        for (String field : List.of("containers", "initContainers")) {
            pod.path(field).forEach(c -> names.add(c.path("name").asString("")));
        }
        return names;
    }

    /** As upstream's own type is printed. */
    private static String printed(JsonNode policy) {
        StringBuilder text = new StringBuilder("{\"Rules\":[");
        for (JsonNode rule : policy.path("rules")) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ",")
                    .append("{\"SucceededIndexes\":")
                    .append(orNull(rule, "succeededIndexes"))
                    .append(",\"SucceededCount\":")
                    .append(orNull(rule, "succeededCount"))
                    .append('}');
        }
        return text.append("]}").toString();
    }

    private static String orNull(JsonNode rule, String field) {
        return rule.hasNonNull(field) ? rule.path(field).toString() : "null";
    }
}
