package kubelab.controlplane.apiserver.rules;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.cel.Budget;
import kubelab.controlplane.cel.CompileFailure;
import kubelab.controlplane.cel.EvaluationFailure;
import kubelab.controlplane.cel.Expression;
import kubelab.controlplane.cel.Language;
import kubelab.controlplane.cel.Scope;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One rule, compiled. Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go (1.34). */
final class Rule {
    private static final int LONGEST_MESSAGE = 5 * 1024;

    private final JsonNode json;
    private final boolean optionalOldSelf;
    private final Expression condition;
    private final @Nullable Expression message;
    private final String fieldPath;

    private Rule(
            JsonNode json,
            boolean optionalOldSelf,
            Expression condition,
            @Nullable Expression message,
            String fieldPath) {
        this.json = json;
        this.optionalOldSelf = optionalOldSelf;
        this.condition = condition;
        this.message = message;
        this.fieldPath = fieldPath;
    }

    /** The variables of rules at a place. */
    record Place(Scope plain, Scope withOptional) {
        static Place of(Shape shape, Map<String, CelType> types) {
            return new Place(
                    scope(shape.type, shape.type, types), scope(shape.type, OptionalType.create(shape.type), types));
        }

        private static Scope scope(CelType self, CelType oldSelf, Map<String, CelType> types) {
            return Language.KUBERNETES.scope(Map.of("self", self, "oldSelf", oldSelf), types);
        }
    }

    /** What is wrong with a rule. @param part rule or messageExpression */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;
        private final String part;

        Wrong(String part, String detail) {
            super(detail, null, false, false);
            this.part = part;
        }

        String part() {
            return part;
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }

    /** @throws Wrong when it does not compile, or has a type that it may not have */
    static Rule of(JsonNode json, Structural schema, Place place) throws Wrong {
        boolean optional = Json.bool(json, "optionalOldSelf");
        Scope scope = optional ? place.withOptional : place.plain;
        Expression condition = compile(scope, Json.string(json, "rule"), "rule", "compilation failed: ");
        if (!condition.isBool()) {
            throw new Wrong("rule", "cel expression must evaluate to a bool");
        }
        String said = Json.string(json, "messageExpression");
        Expression message = null;
        if (!said.isEmpty()) {
            message = compile(scope, said, "messageExpression", "messageExpression compilation failed: ");
            if (!message.isString()) {
                throw new Wrong("messageExpression", "messageExpression must evaluate to a string");
            }
        }
        String path = Json.string(json, "fieldPath");
        String normal = path.isEmpty()
                ? ""
                : Optional.ofNullable(FieldPaths.normal(path, schema)).orElse("");
        return new Rule(json, optional, condition, message, normal);
    }

    private static Expression compile(Scope scope, String source, String part, String front) throws Wrong {
        try {
            return scope.compile(source);
        } catch (CompileFailure failure) {
            throw new Wrong(part, front + failure.getMessage());
        }
    }

    boolean usesOldSelf() {
        return condition.uses("oldSelf");
    }

    /** Whether it can be held against a value that was not there before, if {@code old} is false. */
    boolean applies(boolean old) {
        return old || !usesOldSelf() || optionalOldSelf;
    }

    /**
     * @param kind of the value, as the schema says
     * @return what is wrong; null when nothing is
     */
    @Nullable
    Cause check(String path, String kind, Object self, @Nullable Object oldSelf, Budget budget) {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("self", self);
        variables.put(
                "oldSelf",
                optionalOldSelf ? Optional.ofNullable(oldSelf) : oldSelf == null ? Optional.empty() : oldSelf);
        Object result;
        try {
            result = condition.evaluate(variables, budget);
        } catch (EvaluationFailure failure) {
            return budget.isSpent() ? spent(path, kind) : invalid(path, kind, failed(failure));
        }
        if (budget.isSpent()) {
            return spent(path, kind);
        }
        if (Boolean.TRUE.equals(result)) {
            return null;
        }
        String where = fieldPath.isEmpty() ? path : path.isEmpty() ? fieldPath : path + "." + fieldPath;
        return refusal(where, kind, message(variables, budget));
    }

    private String failed(EvaluationFailure failure) {
        if (failure.isOfTypes()) {
            return "'" + failure.text() + "': call arguments did not match a supported operator, function or macro"
                    + " signature for rule: " + shown();
        }
        if (failure.isTooExpensive()) {
            return "'" + failure.text()
                    + "': no further validation rules will be run due to call cost exceeds limit for rule: " + shown();
        }
        return failure.text() + " evaluating rule: " + shown();
    }

    /** An expression for the message that comes to nothing is passed over. */
    private String message(Map<String, Object> variables, Budget budget) {
        if (message != null) {
            try {
                String text =
                        String.valueOf(message.evaluate(variables, budget)).strip();
                if (!text.isEmpty() && !text.contains("\n") && text.length() <= LONGEST_MESSAGE) {
                    return text;
                }
            } catch (EvaluationFailure nothing) {
                // the rule's own message is used
            }
        }
        String said = Json.string(json, "message");
        return said.isEmpty() ? "failed rule: " + shown() : said.strip();
    }

    private String shown() {
        String said = Json.string(json, "message");
        return (said.isEmpty() ? Json.string(json, "rule") : said).strip();
    }

    private Cause refusal(String path, String kind, String text) {
        return switch (Json.string(json, "reason")) {
            case "FieldValueForbidden" -> cause("FieldValueForbidden", "Forbidden: " + text, path);
            case "FieldValueRequired" -> cause("FieldValueRequired", "Required value: " + text, path);
            case "FieldValueDuplicate" -> cause("FieldValueDuplicate", "Duplicate value: " + GoText.quote(kind), path);
            default -> invalid(path, kind, text);
        };
    }

    static Cause spent(String path, String kind) {
        return invalid(
                path,
                kind,
                "validation failed due to running out of cost budget, no further validation rules will be run");
    }

    private static Cause invalid(String path, String kind, String text) {
        return cause("FieldValueInvalid", "Invalid value: " + GoText.quote(kind) + ": " + text, path);
    }

    private static Cause cause(String reason, String message, String path) {
        return new Cause(reason, message, path.isEmpty() ? "<nil>" : path);
    }
}
