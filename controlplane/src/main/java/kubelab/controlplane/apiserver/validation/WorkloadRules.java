package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Deployments, ReplicaSets and Jobs. Source: k8s.io/kubernetes/pkg/apis/{apps,batch}/validation (1.34). */
final class WorkloadRules {
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

    private WorkloadRules() {}

    static void deployment(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        problems.notNegative("spec.replicas", spec.path("replicas"));
        selectorAndTemplate(spec, "deployment", problems);
        strategy(spec.path("strategy"), problems);
        problems.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        problems.notNegative("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
        JsonNode deadline = spec.path("progressDeadlineSeconds");
        problems.notNegative("spec.progressDeadlineSeconds", deadline);
        if (deadline.isNumber()
                && deadline.asLong() <= spec.path("minReadySeconds").asLong(0)) {
            problems.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    static void replicaSet(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        problems.notNegative("spec.replicas", spec.path("replicas"));
        problems.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        selectorAndTemplate(spec, "deployment", problems);
    }

    static void selectorUpdate(ObjectNode object, ObjectNode old, Problems problems) {
        problems.immutable(
                "spec.selector",
                old.path("spec").path("selector"),
                object.path("spec").path("selector"));
    }

    static void job(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        boolean manual = spec.path("manualSelector").asBoolean(false);
        JsonNode given = spec.path("selector").path("matchLabels");
        if (!manual && given.size() > 0 && !isGenerated(given)) {
            problems.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated");
        }
        if (spec.has("selector") && !matches(spec.path("selector"), labels)) {
            problems.invalid(
                    "spec.template.metadata.labels", orEmpty(labels), "`selector` does not match template `labels`");
        }
        for (String field : List.of("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit")) {
            problems.notNegative("spec." + field, spec.path(field));
        }
        problems.notNegative("spec.ttlSecondsAfterFinished", spec.path("ttlSecondsAfterFinished"));
        problems.oneOf("spec.completionMode", spec.path("completionMode"), "NonIndexed", "Indexed");
        if (spec.path("completionMode").asString("").equals("Indexed") && !spec.has("completions")) {
            problems.required("spec.completions", "when completion mode is Indexed");
        }
        String restart =
                spec.path("template").path("spec").path("restartPolicy").asString("");
        template(spec.path("template"), problems);
        if (restart.isEmpty() || restart.equals("Always")) {
            problems.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        } else if (!restart.equals("OnFailure") && !restart.equals("Never")) {
            problems.oneOf(
                    "spec.template.spec.restartPolicy",
                    spec.path("template").path("spec").path("restartPolicy"),
                    "OnFailure",
                    "Never");
        }
    }

    /** Besides its parallelism and whether it is suspended, a Job stays as it is. */
    static void jobUpdate(ObjectNode object, ObjectNode old, Problems problems) {
        JsonNode spec = object.path("spec");
        JsonNode oldSpec = old.path("spec");
        boolean elastic = spec.path("completionMode").asString("").equals("Indexed")
                && spec.path("completions").equals(spec.path("parallelism"));
        if (!elastic) {
            problems.immutable("spec.completions", oldSpec.path("completions"), spec.path("completions"));
        }
        problems.immutable("spec.selector", oldSpec.path("selector"), spec.path("selector"));
        boolean startsLater =
                oldSpec.path("suspend").asBoolean(false) && !old.path("status").has("startTime");
        if (!startsLater) {
            problems.immutable("spec.template", oldSpec.path("template"), spec.path("template"));
        }
        problems.immutable("spec.completionMode", oldSpec.path("completionMode"), spec.path("completionMode"));
    }

    static void jobSpec(Field spec) {
        PodRules.template(spec.get("template"));
    }

    private static void selectorAndTemplate(JsonNode spec, String kind, Problems problems) {
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        boolean valid = true;
        if (selector.isMissingNode() || selector.isNull()) {
            problems.required("spec.selector");
        } else {
            int before = problems.size();
            selector("spec.selector", selector, problems);
            valid = problems.size() == before;
            if (selector.isEmpty()) {
                problems.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
            }
        }
        if (!valid) {
            problems.invalid("spec.selector", selector, "invalid label selector");
        } else if (!selector.isObject() || !selector.isEmpty()) {
            if (!selector.isObject() || !matches(selector, labels)) {
                problems.invalid(
                        "spec.template.metadata.labels",
                        orEmpty(labels),
                        "`selector` does not match template `labels`");
            }
        }
        int before = problems.size();
        template(spec.path("template"), problems);
        String restart =
                spec.path("template").path("spec").path("restartPolicy").asString("");
        if (problems.size() == before && !restart.isEmpty() && !restart.equals("Always")) {
            problems.unsupported("spec.template.spec.restartPolicy", "\"" + restart + "\"", "Always");
        }
    }

    private static void template(JsonNode template, Problems problems) {
        PodRules.template(new Field("spec.template", template, problems));
    }

    private static void strategy(JsonNode strategy, Problems problems) {
        String type = strategy.path("type").asString("");
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (type) {
            case "", "RollingUpdate" -> rollingUpdate("spec.strategy.rollingUpdate", rolling, problems);
            case "Recreate" -> {
                if (rolling.isObject()) {
                    problems.forbidden(
                            "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            default ->
                problems.unsupported(
                        "spec.strategy",
                        "{\"Type\":\"" + type + "\",\"RollingUpdate\":null}",
                        "Recreate",
                        "RollingUpdate");
        }
    }

    private static void rollingUpdate(String path, JsonNode rolling, Problems problems) {
        JsonNode surge = rolling.path("maxSurge");
        JsonNode unavailable = rolling.path("maxUnavailable");
        amount(path + ".maxUnavailable", unavailable, problems);
        amount(path + ".maxSurge", surge, problems);
        if (isZero(surge) && isZero(unavailable)) {
            problems.invalid(path + ".maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
        }
        if (unavailable.isString() && PERCENT.matcher(unavailable.asString()).matches()) {
            String digits = unavailable.asString().replace("%", "");
            if (digits.length() > 3 || Integer.parseInt(digits) > 100) {
                problems.invalid(path + ".maxUnavailable", unavailable, "must not be greater than 100%");
            }
        }
    }

    private static void amount(String path, JsonNode amount, Problems problems) {
        if (amount.isString() && !PERCENT.matcher(amount.asString()).matches()) {
            problems.invalid(
                    path,
                    amount,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')");
        }
        problems.notNegative(path, amount);
    }

    private static boolean isZero(JsonNode amount) {
        return amount.isNumber() && amount.asLong() == 0 || amount.asString("").equals("0%");
    }

    static void selector(String path, JsonNode selector, Problems problems) {
        SelectorRules.check(new Field(path, selector, problems));
    }

    static boolean matches(JsonNode selector, JsonNode labels) {
        boolean all = selector.path("matchLabels").properties().stream()
                .allMatch(e -> labels.path(e.getKey()).equals(e.getValue()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            JsonNode value = labels.path(expression.path("key").asString(""));
            boolean listed = false;
            for (JsonNode candidate : expression.path("values")) {
                listed |= candidate.equals(value);
            }
            all &= switch (expression.path("operator").asString("")) {
                case "In" -> listed;
                case "NotIn" -> !listed;
                case "Exists" -> !value.isMissingNode();
                default -> value.isMissingNode();
            };
        }
        return all;
    }

    private static boolean isGenerated(JsonNode matchLabels) {
        return matchLabels.size() == 1
                && (matchLabels.has("batch.kubernetes.io/controller-uid") || matchLabels.has("controller-uid"));
    }

    private static JsonNode orEmpty(JsonNode object) {
        return object.isObject() ? object : JsonNodeFactory.instance.objectNode();
    }
}
