package kubelab.controlplane.admission.policy;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.cel.Budget;
import kubelab.controlplane.cel.CompileFailure;
import kubelab.controlplane.cel.EvaluationFailure;
import kubelab.controlplane.cel.Expression;
import kubelab.controlplane.cel.Scope;
import kubelab.controlplane.cel.Values;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy's expressions, compiled. Thread-safe. An expression that does not compile any more is as one that fails.
 *
 * <p>Source: k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go (1.34).
 */
final class CompiledPolicy {
    private static final int LONGEST_MESSAGE = 5 * 1024;

    /** @param expression null when it does not compile, for the reason {@code failure} */
    private record Part(String source, @Nullable Expression expression, String failure) {
        Object evaluate(Map<String, Object> variables, Budget budget) {
            if (expression == null) {
                throw new IllegalStateException("compilation error: " + failure);
            }
            try {
                Object value = expression.evaluate(variables, budget);
                if (budget.isSpent()) {
                    throw new IllegalStateException(
                            "validation failed due to running out of cost budget, no further validation rules will be"
                                    + " run");
                }
                return value;
            } catch (EvaluationFailure e) {
                throw new IllegalStateException("expression '" + source + "' resulted in error: " + e.text(), e);
            }
        }
    }

    private record Validation(
            ObjectNode json, Part part, @Nullable Part message) {}

    /** What came of an evaluation. */
    record Result(List<Decision> denied, Map<String, String> annotations, List<String> annotationErrors) {}

    private final boolean failsOpen;
    private final boolean params;
    private final List<Part> conditions = new ArrayList<>();
    private final Map<String, Part> variables = new LinkedHashMap<>();
    private final List<Validation> validations = new ArrayList<>();
    private final Map<String, Part> annotations = new LinkedHashMap<>();

    CompiledPolicy(ObjectNode policy) {
        failsOpen = Json.string(policy, "spec", "failurePolicy").equals("Ignore");
        params = Json.object(policy, "spec", "paramKind") != null;
        Scope plain = PolicyScopes.plain(policy);
        for (ObjectNode condition : Json.objects(policy, "spec", "matchConditions")) {
            conditions.add(part(plain, Json.string(condition, "expression")));
        }
        PolicyScopes scopes = new PolicyScopes(policy);
        for (ObjectNode variable : Json.objects(policy, "spec", "variables")) {
            String source = Json.string(variable, "expression");
            Part part;
            try {
                part = new Part(source, scopes.add(Json.string(variable, "name"), source), "");
            } catch (CompileFailure e) {
                part = new Part(source, null, String.valueOf(e.getMessage()));
            }
            variables.put(Json.string(variable, "name"), part);
        }
        Scope scope = scopes.scope();
        for (ObjectNode validation : Json.objects(policy, "spec", "validations")) {
            String message = Json.string(validation, "messageExpression");
            validations.add(new Validation(
                    validation,
                    part(scope, Json.string(validation, "expression")),
                    message.isEmpty() ? null : part(scope, message)));
        }
        for (ObjectNode annotation : Json.objects(policy, "spec", "auditAnnotations")) {
            annotations.put(Json.string(annotation, "key"), part(scope, Json.string(annotation, "valueExpression")));
        }
    }

    private static Part part(Scope scope, String source) {
        try {
            return new Part(source, scope.compile(source), "");
        } catch (CompileFailure e) {
            return new Part(source, null, String.valueOf(e.getMessage()));
        }
    }

    Result evaluate(AdmissionRequest request, @Nullable ObjectNode param, @Nullable ObjectNode namespace) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("object", request.isDelete() ? Values.none() : Values.of(request.object()));
        values.put("oldObject", request.isDelete() ? Values.of(request.object()) : Values.of(request.oldObject()));
        values.put("request", RequestValues.request(request));
        values.put("namespaceObject", namespace == null ? Values.none() : RequestValues.namespace(namespace));
        if (params) {
            values.put("params", Values.of(param));
        }
        Result result = new Result(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        try {
            if (!applies(values)) {
                return result;
            }
        } catch (IllegalStateException e) {
            if (!failsOpen) {
                result.denied.add(Decision.failed(String.valueOf(e.getMessage())));
            }
            return result;
        }
        Budget budget = new Budget(Budget.OF_AN_OBJECT);
        values.put("variables", new Variables(values, budget));
        for (int i = 0; i < validations.size(); i++) {
            Validation validation = validations.get(i);
            try {
                if (!Boolean.TRUE.equals(validation.part.evaluate(values, budget))) {
                    String reason = Json.string(validation.json, "reason");
                    result.denied.add(new Decision(
                            i, message(validation, values, budget), reason.isEmpty() ? "Invalid" : reason));
                }
            } catch (IllegalStateException e) {
                if (!failsOpen) {
                    result.denied.add(new Decision(i, String.valueOf(e.getMessage()), "Invalid"));
                }
            }
        }
        annotations.forEach((key, part) -> {
            try {
                if (part.evaluate(values, budget) instanceof String text && !text.isBlank()) {
                    result.annotations.put(key, text.strip());
                }
            } catch (IllegalStateException e) {
                if (!failsOpen) {
                    result.annotationErrors.add(String.valueOf(e.getMessage()));
                }
            }
        });
        return result;
    }

    /** One condition that is false decides, whatever the others come to. */
    private boolean applies(Map<String, Object> values) {
        Budget budget = new Budget(Budget.OF_CONDITIONS);
        List<String> failures = new ArrayList<>();
        for (Part condition : conditions) {
            try {
                if (Boolean.FALSE.equals(condition.evaluate(values, budget))) {
                    return false;
                }
            } catch (IllegalStateException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.size() == 1 ? failures.get(0) : "[" + String.join(", ", failures) + "]");
        }
        return true;
    }

    private static String message(Validation validation, Map<String, Object> values, Budget budget) {
        if (validation.message != null) {
            try {
                if (validation.message.evaluate(values, budget) instanceof String said
                        && !said.isBlank()
                        && !said.strip().contains("\n")
                        && said.strip().length() <= LONGEST_MESSAGE) {
                    return said.strip();
                }
            } catch (IllegalStateException nothing) {
                // the validation's own message is used
            }
        }
        String said = Json.string(validation.json, "message").strip();
        return said.isEmpty() ? "failed expression: " + validation.part.source.strip() : said;
    }

    /** A policy's variables: each is evaluated when it is first asked for, and once. */
    private final class Variables extends AbstractMap<String, Object> {
        private final Map<String, Object> values;
        private final Budget budget;
        private final Map<String, Object> done = new LinkedHashMap<>();

        Variables(Map<String, Object> values, Budget budget) {
            this.values = values;
            this.budget = budget;
        }

        @Override
        public boolean containsKey(Object name) {
            return variables.containsKey(name);
        }

        @Override
        public @Nullable Object get(Object name) {
            Part part = variables.get(name);
            Object known = done.get(name);
            if (part == null || known != null) {
                return known;
            }
            if (part.expression == null) {
                throw new EvaluationFailure("composited variable \"" + name + "\" fails to compile: " + part.failure);
            }
            try {
                Object value = part.expression.evaluate(values, budget);
                done.put((String) name, value);
                return value;
            } catch (EvaluationFailure e) {
                throw new EvaluationFailure("composited variable \"" + name + "\" fails to evaluate: " + e.text());
            }
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            variables.keySet().forEach(this::get);
            return done.entrySet();
        }
    }
}
