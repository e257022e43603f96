package kubelab.controlplane.apiserver.validation;

import tools.jackson.databind.JsonNode;

/** ReplicationControllers. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ReplicationControllerRules {
    private ReplicationControllerRules() {}

    static void check(JsonNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        JsonNode template = spec.path("template");
        JsonNode labels = template.path("metadata").path("labels");
        problems.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        if (spec.path("selector").isEmpty()) {
            problems.required("spec.selector");
        }
        problems.notNegative("spec.replicas", spec.path("replicas"));
        if (!template.isObject()) {
            problems.required("spec.template");
            return;
        }
        boolean matches = spec.path("selector").properties().stream()
                .allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
        if (!matches) {
            WorkloadRules.mismatch(template, problems);
        }
        WorkloadRules.template("spec.template", template, problems);
        WorkloadRules.keepsRunning("ReplicationController", template, problems);
    }
}
