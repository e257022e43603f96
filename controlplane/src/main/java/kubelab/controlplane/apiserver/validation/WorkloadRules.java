package kubelab.controlplane.apiserver.validation;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Deployments and ReplicaSets, and what all kinds with a Pod template have in common. Source: k8s.io/kubernetes/pkg/apis/apps/validation (1.34). */
final class WorkloadRules {
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

    private WorkloadRules() {}

    static void deployment(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        errors.notNegative("spec.replicas", spec.path("replicas"));
        selectorAndTemplate(spec, "deployment", errors);
        strategy(spec.path("strategy"), errors);
        errors.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        errors.notNegative("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
        JsonNode deadline = spec.path("progressDeadlineSeconds");
        errors.notNegative("spec.progressDeadlineSeconds", deadline);
        if (deadline.isNumber()
                && deadline.asLong() <= spec.path("minReadySeconds").asLong(0)) {
            errors.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    static void replicaSet(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        errors.notNegative("spec.replicas", spec.path("replicas"));
        errors.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        selectorAndTemplate(spec, "deployment", errors);
    }

    static void selectorUpdate(ObjectNode object, ObjectNode old, ErrorList errors) {
        errors.immutable(
                "spec.selector",
                old.path("spec").path("selector"),
                object.path("spec").path("selector"));
    }

    private static void selectorAndTemplate(JsonNode spec, String kind, ErrorList errors) {
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        boolean valid = true;
        if (selector.isMissingNode() || selector.isNull()) {
            errors.required("spec.selector");
        } else {
            int before = errors.size();
            selector("spec.selector", selector, errors);
            valid = errors.size() == before;
            if (selector.isEmpty()) {
                errors.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
            }
        }
        if (!valid) {
            errors.invalid("spec.selector", selector, "invalid label selector");
        } else if (!selector.isObject() || !selector.isEmpty()) {
            if (!selector.isObject() || !matches(selector, labels)) {
                mismatch(spec.path("template"), JsonNodeFactory.instance.objectNode(), errors);
            }
        }
        template(spec.path("template"), errors);
        keepsRunning("ReplicaSet", spec.path("template"), errors);
    }

    private static void template(JsonNode template, ErrorList errors) {
        template("spec.template", template, errors);
    }

    static void template(String path, JsonNode template, ErrorList errors) {
        PodRules.template(new Field(path, template, errors));
    }

    /** Pods that a set keeps running are restarted whatever their end. */
    static void keepsRunning(String kind, JsonNode template, ErrorList errors) {
        String restart = template.path("spec").path("restartPolicy").asString("");
        if (!restart.isEmpty() && !restart.equals("Always")) {
            errors.unsupported("spec.template.spec.restartPolicy", "\"" + restart + "\"", "Always");
        }
        if (template.path("spec").hasNonNull("activeDeadlineSeconds")) {
            errors.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    static boolean isEmptySelector(JsonNode selector) {
        return selector.isObject()
                && selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    static boolean isPercent(JsonNode amount) {
        return amount.isString() && PERCENT.matcher(amount.asString()).matches();
    }

    private static void strategy(JsonNode strategy, ErrorList errors) {
        String type = strategy.path("type").asString("");
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (type) {
            case "", "RollingUpdate" -> rollingUpdate("spec.strategy.rollingUpdate", rolling, errors);
            case "Recreate" -> {
                if (rolling.isObject()) {
                    errors.forbidden(
                            "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            default ->
                errors.unsupported(
                        "spec.strategy",
                        "{\"Type\":\"" + type + "\",\"RollingUpdate\":null}",
                        "Recreate",
                        "RollingUpdate");
        }
    }

    private static void rollingUpdate(String path, JsonNode rolling, ErrorList errors) {
        JsonNode surge = rolling.path("maxSurge");
        JsonNode unavailable = rolling.path("maxUnavailable");
        amount(path + ".maxUnavailable", unavailable, errors);
        amount(path + ".maxSurge", surge, errors);
        if (isZero(surge) && isZero(unavailable)) {
            errors.invalid(path + ".maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
        }
        notMoreThanAll(path + ".maxUnavailable", unavailable, errors);
    }

    static void notMoreThanAll(String path, JsonNode amount, ErrorList errors) {
        if (amount.isString() && PERCENT.matcher(amount.asString()).matches()) {
            String digits = amount.asString().replace("%", "");
            if (digits.length() > 3 || Integer.parseInt(digits) > 100) {
                errors.invalid(path, amount, "must not be greater than 100%");
            }
        }
    }

    static void amount(String path, JsonNode amount, ErrorList errors) {
        if (amount.isString() && !PERCENT.matcher(amount.asString()).matches()) {
            errors.invalid(
                    path,
                    amount,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')");
        }
        errors.notNegative(path, amount);
    }

    static boolean isZero(JsonNode amount) {
        return amount.isNumber() && amount.asLong() == 0 || amount.asString("").equals("0%");
    }

    static void selector(String path, JsonNode selector, ErrorList errors) {
        SelectorRules.check(new Field(path, selector, errors));
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

    /**
     * The selector does not select the Pods that would be made.
     *
     * @param none how labels are printed where there are none; the decoder does not keep apart what was not given (null
     *     upstream) and what was given without entries
     */
    static void mismatch(JsonNode template, JsonNode none, ErrorList errors) {
        JsonNode labels = template.path("metadata").path("labels");
        errors.invalid(
                "spec.template.metadata.labels",
                labels.isObject() ? sorted(labels) : none,
                "`selector` does not match template `labels`");
    }

    static void mismatch(JsonNode template, ErrorList errors) {
        mismatch(template, JsonNodeFactory.instance.nullNode(), errors);
    }

    /** A label selector as upstream prints it. */
    static JsonNode printed(JsonNode selector) {
        if (!(selector.path("matchLabels") instanceof ObjectNode labels)) {
            return selector;
        }
        ObjectNode copy = ((ObjectNode) selector).deepCopy();
        copy.set("matchLabels", sorted(labels));
        return copy;
    }

    private static JsonNode sorted(JsonNode labels) {
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        labels.properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> sorted.set(label.getKey(), label.getValue()));
        return sorted;
    }
}
