package kubelab.controlplane.apiserver.validation;

import tools.jackson.databind.JsonNode;

/** DaemonSets. Source: k8s.io/kubernetes/pkg/apis/apps/validation (1.34). */
final class DaemonSetRules {
    private DaemonSetRules() {}

    static void check(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        JsonNode labels = template.path("metadata").path("labels");
        int before = problems.causes().size();
        WorkloadRules.selector("spec.selector", selector, problems);
        boolean readable = problems.causes().size() == before;
        if (readable && (!selector.isObject() || !WorkloadRules.matches(selector, labels))) {
            WorkloadRules.mismatch(template, problems);
        }
        if (WorkloadRules.isEmptySelector(selector)) {
            problems.invalid("spec.selector", selector, "empty selector is invalid for daemonset");
        }
        WorkloadRules.template("spec.template", template, problems);
        WorkloadRules.keepsRunning("DaemonSet", template, problems);
        problems.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        strategy(spec.path("updateStrategy"), problems);
        problems.notNegative("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
    }

    private static void strategy(JsonNode strategy, Problems problems) {
        String type = strategy.path("type").asString("");
        JsonNode rolling = strategy.path("rollingUpdate");
        if (type.equals("OnDelete")) {
            return;
        }
        if (!type.equals("RollingUpdate")) {
            problems.unsupported(
                    "spec.updateStrategy",
                    "{\"Type\":\"" + type + "\",\"RollingUpdate\":null}",
                    "RollingUpdate",
                    "OnDelete");
            return;
        }
        String path = "spec.updateStrategy.rollingUpdate";
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        WorkloadRules.amount(path + ".maxUnavailable", unavailable, problems);
        WorkloadRules.amount(path + ".maxSurge", surge, problems);
        WorkloadRules.notMoreThanAll(path + ".maxUnavailable", unavailable, problems);
        WorkloadRules.notMoreThanAll(path + ".maxSurge", surge, problems);
        if (isSome(unavailable) && isSome(surge)) {
            problems.invalid(path + ".maxSurge", surge, "may not be set when maxUnavailable is non-zero");
        } else if (!isSome(unavailable) && !isSome(surge)) {
            problems.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
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
