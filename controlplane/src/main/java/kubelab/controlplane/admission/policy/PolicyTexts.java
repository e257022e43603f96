package kubelab.controlplane.admission.policy;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.cel.CompileFailure;
import kubelab.controlplane.cel.Expression;
import kubelab.controlplane.cel.Scope;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a policy's expressions compile. Source: pkg/apis/admissionregistration/validation (1.34). Simplified: what is wrong
 * with expressions is said only when nothing else is wrong with the policy.
 */
final class PolicyTexts {
    private final List<Cause> causes = new ArrayList<>();

    private PolicyTexts() {}

    /** @throws ApiException Invalid */
    static void check(AdmissionRequest request) {
        PolicyTexts walk = new PolicyTexts();
        walk.policy(request.object());
        if (!walk.causes.isEmpty()) {
            throw ApiException.invalid(request.resource(), request.name(), walk.causes);
        }
    }

    private void policy(ObjectNode policy) {
        Scope plain = PolicyScopes.plain(policy);
        int i = 0;
        for (ObjectNode condition : Json.objects(policy, "spec", "matchConditions")) {
            compile(
                    plain,
                    Json.string(condition, "expression"),
                    "spec.matchConditions[" + i++ + "].expression",
                    "bool");
        }
        PolicyScopes scopes = new PolicyScopes(policy);
        i = 0;
        for (ObjectNode variable : Json.objects(policy, "spec", "variables")) {
            String path = "spec.variables[" + i++ + "].expression";
            String source = Json.string(variable, "expression");
            try {
                scopes.add(Json.string(variable, "name"), source);
            } catch (CompileFailure e) {
                invalid(path, source, "compilation failed: " + e.getMessage());
            }
        }
        Scope scope = scopes.scope();
        i = 0;
        for (ObjectNode validation : Json.objects(policy, "spec", "validations")) {
            String path = "spec.validations[" + i++ + "]";
            compile(scope, Json.string(validation, "expression"), path + ".expression", "bool");
            String message = Json.string(validation, "messageExpression");
            if (!message.isEmpty()) {
                compile(scope, message, path + ".messageExpression", "string");
            }
        }
        i = 0;
        for (ObjectNode annotation : Json.objects(policy, "spec", "auditAnnotations")) {
            String path = "spec.auditAnnotations[" + i++ + "].valueExpression";
            compile(scope, Json.string(annotation, "valueExpression"), path, "string, null_type");
        }
    }

    private void compile(Scope scope, String source, String path, String wanted) {
        Expression expression = expression(scope, source, path);
        if (expression == null) {
            return;
        }
        CelType type = expression.type();
        Set<String> allowed = Set.of(wanted.split(", "));
        if (type.kind() != CelKind.DYN && !allowed.contains(type.name())) {
            invalid(
                    path,
                    source,
                    allowed.size() == 1
                            ? "must evaluate to " + wanted + " but got " + type.name()
                            : "must evaluate to one of [" + wanted.replace(",", "") + "] but got " + type.name());
        }
    }

    private @Nullable Expression expression(Scope scope, String source, String path) {
        try {
            return scope.compile(source);
        } catch (CompileFailure e) {
            invalid(path, source, "compilation failed: " + e.getMessage());
            return null;
        }
    }

    private void invalid(String path, String source, String detail) {
        causes.add(new Cause("FieldValueInvalid", "Invalid value: " + GoText.quote(source) + ": " + detail, path));
    }
}
