package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Collects what is wrong, in upstream's words. Source: k8s.io/apimachinery/pkg/util/validation/field (1.34). */
final class ErrorList {
    private final List<Cause> causes = new ArrayList<>();

    int size() {
        return causes.size();
    }

    List<Cause> causes() {
        return List.copyOf(causes);
    }

    void required(String path) {
        add("FieldValueRequired", "Required value", path);
    }

    void required(String path, String detail) {
        add("FieldValueRequired", "Required value: " + detail, path);
    }

    void invalid(String path, String value, String detail) {
        invalid(path, JsonNodeFactory.instance.stringNode(value), detail);
    }

    void invalid(String path, JsonNode value, String detail) {
        add("FieldValueInvalid", "Invalid value: " + value + ": " + detail, path);
    }

    /** @param value as upstream prints it, which is not always the JSON of the API */
    void invalidObject(String path, String value, String detail) {
        add("FieldValueInvalid", "Invalid value: " + value + ": " + detail, path);
    }

    /** The same where upstream has no words for what is wrong. */
    void invalidObject(String path, String value) {
        add("FieldValueInvalid", "Invalid value: " + value, path);
    }

    void forbidden(String path, String detail) {
        add("FieldValueForbidden", "Forbidden: " + detail, path);
    }

    void duplicate(String path, String value) {
        add("FieldValueDuplicate", "Duplicate value: " + quote(value), path);
    }

    void duplicateObject(String path, String value) {
        add("FieldValueDuplicate", "Duplicate value: " + value, path);
    }

    void notFound(String path, String value, String detail) {
        add("FieldValueNotFound", "Not found: " + quote(value) + ": " + detail, path);
    }

    void notFound(String path, String value) {
        add("FieldValueNotFound", "Not found: " + quote(value), path);
    }

    /** Checks a word against the words that are allowed; an absent one passes. */
    void oneOf(String path, JsonNode value, String... allowed) {
        String text = value.asString("");
        if (!text.isEmpty() && !List.of(allowed).contains(text)) {
            unsupported(path, quote(text), allowed);
        }
    }

    void unsupported(String path, String shown, String... allowed) {
        List<String> quoted = new ArrayList<>();
        for (String word : allowed) {
            quoted.add(quote(word));
        }
        add(
                "FieldValueNotSupported",
                "Unsupported value: " + shown + ": supported values: " + String.join(", ", quoted),
                path);
    }

    void tooMany(String path, int seen, int most) {
        add("FieldValueTooMany", "Too many: " + seen + ": must have at most " + most + " items", path);
    }

    void tooLong(String path, int most) {
        add("FieldValueTooLong", "Too long: may not be more than " + most + " bytes", path);
    }

    /** The whole of what is at the path is wrong; upstream does not print it. */
    void invalidWhole(String path, String detail) {
        add("FieldValueInvalid", "Invalid value: " + detail, path);
    }

    void notNegative(String path, JsonNode value) {
        if (value.isNumber() && value.asLong() < 0) {
            invalid(path, value, "must be greater than or equal to 0");
        }
    }

    void inRange(String path, JsonNode value, long low, long high) {
        long number = value.asLong(0);
        if (number < low || number > high) {
            invalid(
                    path,
                    value.isMissingNode() ? JsonNodeFactory.instance.numberNode(0) : value,
                    "must be between " + low + " and " + high + ", inclusive");
        }
    }

    /** One cause for each reason why a name is none. */
    void name(String path, String value, List<String> reasons) {
        reasons.forEach(reason -> invalid(path, value, reason));
    }

    void immutable(String path, JsonNode before, JsonNode after) {
        if (!before.equals(after)) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            JsonNode shown =
                    after.isMissingNode() ? before.isString() ? nodes.stringNode("") : nodes.nullNode() : after;
            invalid(path, shown, "field is immutable");
        }
    }

    private void add(String reason, String message, String path) {
        causes.add(new Cause(reason, message, path));
    }

    private static String quote(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString();
    }
}
