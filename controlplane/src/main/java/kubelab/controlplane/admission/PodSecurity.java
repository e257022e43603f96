package kubelab.controlplane.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Pod Security levels that a namespace's labels ask for: {@code enforce} turns Pods away, {@code warn} tells the
 * user, for Pods and for what makes Pods.
 *
 * <p>Simplified: versions other than {@code latest} are treated as {@code latest}; there are no exemptions;
 * {@code audit} has no effect.
 */
final class PodSecurity implements Admission {
    private static final String LABEL = "pod-security.kubernetes.io/";
    private static final Map<String, List<String>> TEMPLATES = Map.of(
            "deployments.apps", List.of("spec", "template"),
            "replicasets.apps", List.of("spec", "template"),
            "statefulsets.apps", List.of("spec", "template"),
            "daemonsets.apps", List.of("spec", "template"),
            "replicationcontrollers", List.of("spec", "template"),
            "jobs.batch", List.of("spec", "template"),
            "cronjobs.batch", List.of("spec", "jobTemplate", "spec", "template"));

    private static final List<String> LEVELS = List.of("privileged", "baseline", "restricted");

    private final ObjectReader reader;

    PodSecurity(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "PodSecurity";
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.subresource().isEmpty() || !request.isCreate() && !request.isUpdate()) {
            return;
        }
        if (request.isFor("", "namespaces")) {
            levels(request);
            return;
        }
        boolean pod = request.isFor("", "pods");
        ObjectNode spec = pod ? Json.object(request.object(), "spec") : template(request);
        if (spec == null || request.isUpdate() && sameSpec(request, spec)) {
            return;
        }
        ObjectNode namespace = reader.get("", "namespaces", "", request.namespace());
        if (namespace == null) {
            return;
        }
        Map<String, String> labels = Json.map(namespace, "metadata", "labels");
        String enforce = labels.getOrDefault(LABEL + "enforce", "privileged");
        String warn = labels.getOrDefault(LABEL + "warn", "privileged");
        if (pod) {
            List<String> violations = PodSecurityChecks.violations(enforce, spec);
            if (!violations.isEmpty()) {
                throw ApiException.forbidden(
                        request.resource(),
                        request.name(),
                        "violates PodSecurity \"" + enforce + ":" + version(labels, "enforce") + "\": "
                                + String.join(", ", violations));
            }
        }
        List<String> warnings = PodSecurityChecks.violations(warn, spec);
        if (!warnings.isEmpty()) {
            request.warn()
                    .accept("would violate PodSecurity \"" + warn + ":" + version(labels, "warn") + "\": "
                            + String.join(", ", warnings));
        }
    }

    /** The labels of a namespace must say something that can be enforced. */
    private static void levels(AdmissionRequest request) {
        Map<String, String> labels = Json.map(request.object(), "metadata", "labels");
        List<ApiException.Cause> causes = new ArrayList<>();
        for (String mode : List.of("enforce", "audit", "warn")) {
            String level = labels.get(LABEL + mode);
            if (level != null && !LEVELS.contains(level)) {
                invalid(causes, mode, level, "must be one of " + String.join(", ", LEVELS));
            }
            String version = labels.get(LABEL + mode + "-version");
            if (version != null && !version.matches("latest|v1\\.(0|[1-9][0-9]*)")) {
                invalid(causes, mode + "-version", version, "must be \"latest\" or \"v1.x\"");
            }
        }
        if (!causes.isEmpty()) {
            throw ApiException.invalid(request.resource(), request.name(), causes);
        }
    }

    private static void invalid(List<ApiException.Cause> causes, String label, String value, String detail) {
        causes.add(new ApiException.Cause(
                "FieldValueInvalid",
                "Invalid value: \"" + value + "\": " + detail,
                "metadata.labels[" + LABEL + label + "]"));
    }

    private static @Nullable ObjectNode template(AdmissionRequest request) {
        List<String> path = TEMPLATES.get(request.resource().qualified());
        if (path == null) {
            return null;
        }
        ObjectNode template = Json.object(request.object(), path.toArray(String[]::new));
        return template == null ? null : Json.object(template, "spec");
    }

    private static boolean sameSpec(AdmissionRequest request, ObjectNode spec) {
        List<String> path = TEMPLATES.getOrDefault(request.resource().qualified(), List.of());
        ObjectNode before = path.isEmpty()
                ? Json.object(request.oldObject(), "spec")
                : Json.object(Json.object(request.oldObject(), path.toArray(String[]::new)), "spec");
        return spec.equals(before);
    }

    private static String version(Map<String, String> labels, String mode) {
        return labels.getOrDefault(LABEL + mode + "-version", "latest");
    }
}
