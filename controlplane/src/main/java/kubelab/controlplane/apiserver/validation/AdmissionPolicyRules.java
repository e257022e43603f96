package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Admission policies and their bindings, but for what is in expressions. Source: pkg/apis/admissionregistration/validation
 * (1.34).
 */
final class AdmissionPolicyRules {
    private static final String NOTHING = "validations or auditAnnotations must contain at least one item";

    private AdmissionPolicyRules() {}

    static void policy(Field policy) {
        Field spec = policy.get("spec");
        spec.get("failurePolicy").requiredOneOf("Fail", "Ignore");
        if (spec.has("paramKind")) {
            kind(spec.get("paramKind"));
        }
        Field match = spec.get("matchConstraints");
        if (!spec.has("matchConstraints")) {
            match.required();
        } else {
            match(match);
            if (match.get("resourceRules").items().isEmpty()) {
                match.get("resourceRules").required();
            }
        }
        Set<String> names = new HashSet<>();
        for (Field condition : spec.get("matchConditions").items()) {
            text(condition.get("expression"), "");
            condition.get("name").requiredName(Names::qualified);
            if (!condition.text("name").isEmpty() && !names.add(condition.text("name"))) {
                condition.get("name").duplicate(condition.text("name"));
            }
        }
        for (Field variable : spec.get("variables").items()) {
            variable(variable);
        }
        List<Field> validations = spec.get("validations").items();
        List<Field> annotations = spec.get("auditAnnotations").items();
        if (validations.isEmpty() && annotations.isEmpty()) {
            spec.get("validations").required(NOTHING);
            spec.get("auditAnnotations").required(NOTHING);
        }
        validations.forEach(AdmissionPolicyRules::validation);
        Set<String> keys = new HashSet<>();
        for (Field annotation : annotations) {
            Field key = annotation.get("key");
            String name = policy.get("metadata").text("name") + "/" + key.text();
            Names.qualified(name).forEach(wrong -> key.invalid("\"" + name + "\"", wrong));
            text(annotation.get("valueExpression"), "valueExpression is not specified");
            if (!keys.add(key.text())) {
                key.duplicate(key.text());
            }
        }
    }

    private static void variable(Field variable) {
        String name = variable.text("name");
        if (name.isBlank()) {
            variable.get("name").required("name is not specified");
        } else if (!name.matches("[_a-zA-Z][_a-zA-Z0-9]*")) {
            variable.get("name").invalid("must be a valid CEL identifier");
        }
        text(variable.get("expression"), "expression is not specified");
    }

    private static void validation(Field validation) {
        text(validation.get("expression"), "expression is not specified");
        Field expression = validation.get("messageExpression");
        if (!expression.text().isEmpty() && expression.text().isBlank()) {
            expression.invalid("must be non-empty if specified");
        }
        Field message = validation.get("message");
        if (!message.text().isEmpty() && message.text().isBlank()) {
            message.invalid("must be non-empty if specified");
        } else if (message.text().strip().matches("(?s).*[\\n\\r].*")) {
            message.invalid("must not contain line breaks");
        }
        validation.get("reason").optionallyOneOf("Forbidden", "Invalid", "RequestEntityTooLarge");
    }

    private static void text(Field field, String missing) {
        if (field.text().isBlank()) {
            if (missing.isEmpty()) {
                field.required();
            } else {
                field.required(missing);
            }
        }
    }

    private static void kind(Field kind) {
        String apiVersion = kind.text("apiVersion");
        int slash = apiVersion.indexOf('/');
        if (apiVersion.isEmpty()) {
            kind.get("apiVersion").required();
        } else if (slash != apiVersion.lastIndexOf('/')) {
            kind.get("apiVersion").invalid("unexpected GroupVersion string: " + apiVersion);
        }
        String name = kind.text("kind");
        if (name.isEmpty()) {
            kind.get("kind").required();
        } else {
            List<String> wrong = Names.label1035(name.toLowerCase(Locale.ROOT));
            if (!wrong.isEmpty()) {
                kind.get("kind").invalid("may have mixed case, but should otherwise match: " + String.join(",", wrong));
            }
        }
    }

    private static void match(Field match) {
        match.get("matchPolicy").requiredOneOf("Equivalent", "Exact");
        SelectorRules.check(match.get("namespaceSelector"));
        SelectorRules.check(match.get("objectSelector"));
        match.get("resourceRules").items().forEach(AdmissionPolicyRules::rule);
        match.get("excludeResourceRules").items().forEach(AdmissionPolicyRules::rule);
    }

    private static void rule(Field rule) {
        for (String list : List.of("apiGroups", "apiVersions", "resources", "operations")) {
            if (rule.get(list).items().isEmpty()) {
                rule.get(list).required();
            }
        }
        rule.get("operations").items().forEach(one -> one.oneOf("*", "CONNECT", "CREATE", "DELETE", "UPDATE"));
        rule.get("scope").optionallyOneOf("*", "Cluster", "Namespaced");
    }

    static void binding(Field binding) {
        Field spec = binding.get("spec");
        spec.get("policyName").requiredName(Names::subdomain);
        if (spec.has("paramRef")) {
            parameters(spec.get("paramRef"));
        }
        if (spec.has("matchResources")) {
            match(spec.get("matchResources"));
        }
        Field actions = spec.get("validationActions");
        Set<String> seen = new HashSet<>();
        for (Field action : actions.items()) {
            action.oneOf("Audit", "Deny", "Warn");
            if (!seen.add(action.text())) {
                action.duplicate(action.text());
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            actions.invalid(
                    "must not contain both Deny and Warn (repeating the same validation failure information in the API"
                            + " response and headers serves no purpose)");
        }
        if (seen.isEmpty()) {
            actions.required("at least one validation action is required");
        }
    }

    private static void parameters(Field ref) {
        boolean named = !ref.text("name").isEmpty();
        if (ref.has("selector")) {
            SelectorRules.check(ref.get("selector"));
        }
        if (named && ref.has("selector")) {
            ref.get("name").forbidden("name and selector are mutually exclusive");
            ref.get("selector").forbidden("name and selector are mutually exclusive");
        }
        if (!named && !ref.has("selector")) {
            ref.required("one of name or selector must be specified");
        }
        ref.get("parameterNotFoundAction").requiredOneOf("Deny", "Allow");
    }
}
