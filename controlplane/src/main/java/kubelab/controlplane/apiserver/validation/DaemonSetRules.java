package kubelab.controlplane.apiserver.validation;

import tools.jackson.databind.JsonNode;

/** DaemonSets. Source: k8s.io/kubernetes/pkg/apis/apps/validation (1.34). */
final class DaemonSetRules {
    private DaemonSetRules() {}

    static void check(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        JsonNode labels = template.path("metadata").path("labels");
        int before = errors.causes().size();
        WorkloadRules.selector("spec.selector", selector, errors);
        boolean readable = errors.causes().size() == before;
        if (readable && (!selector.isObject() || !WorkloadRules.matches(selector, labels))) {
            WorkloadRules.mismatch(template, errors);
        }
        if (WorkloadRules.isEmptySelector(selector)) {
            errors.invalid("spec.selector", selector, "empty selector is invalid for daemonset");
        }
        WorkloadRules.template("spec.template", template, errors);
        WorkloadRules.keepsRunning("DaemonSet", template, errors);
        errors.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        strategy(spec.path("updateStrategy"), errors);
        errors.notNegative("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
    }

    private static void strategy(JsonNode strategy, ErrorList errors) {
        String type = strategy.path("type").asString("");
        JsonNode rolling = strategy.path("rollingUpdate");
        if (type.equals("OnDelete")) {
            return;
        }
        if (!type.equals("RollingUpdate")) {
            errors.unsupported(
                    "spec.updateStrategy",
                    "{\"Type\":\"" + type + "\",\"RollingUpdate\":null}",
                    "RollingUpdate",
                    "OnDelete");
            return;
        }
        String path = "spec.updateStrategy.rollingUpdate";
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        WorkloadRules.amount(path + ".maxUnavailable", unavailable, errors);
        WorkloadRules.amount(path + ".maxSurge", surge, errors);
        WorkloadRules.notMoreThanAll(path + ".maxUnavailable", unavailable, errors);
        WorkloadRules.notMoreThanAll(path + ".maxSurge", surge, errors);
        if (isSome(unavailable) && isSome(surge)) {
            errors.invalid(path + ".maxSurge", surge, "may not be set when maxUnavailable is non-zero");
        } else if (!isSome(unavailable) && !isSome(surge)) {
            errors.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    /** A number or percentage that is not zero; what is neither counts as none. */
    private static boolean isSome(JsonNode amount) {
        if (amount.isNumber()) {
            return amount.asLong() != 0;
        }
        return WorkloadRules.isPercent(amount) && !WorkloadRules.isZero(amount);
    }
}
