package kubelab.controlplane.apiserver.validation;

import tools.jackson.databind.JsonNode;

/** ReplicationControllers. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ReplicationControllerRules {
    private ReplicationControllerRules() {}

    static void check(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        JsonNode template = spec.path("template");
        JsonNode labels = template.path("metadata").path("labels");
        errors.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        if (spec.path("selector").isEmpty()) {
            errors.required("spec.selector");
        }
        errors.notNegative("spec.replicas", spec.path("replicas"));
        if (!template.isObject()) {
            errors.required("spec.template");
            return;
        }
        boolean matches = spec.path("selector").properties().stream()
                .allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
        if (!matches) {
            WorkloadRules.mismatch(template, errors);
        }
        WorkloadRules.template("spec.template", template, errors);
        WorkloadRules.keepsRunning("ReplicationController", template, errors);
    }
}
