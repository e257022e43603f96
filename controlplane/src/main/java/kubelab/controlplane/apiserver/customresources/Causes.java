package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import tools.jackson.databind.JsonNode;

/** Collects what is wrong with a definition. Source: k8s.io/apimachinery/pkg/util/validation/field (1.34). */
final class Causes {
    private final List<Cause> causes = new ArrayList<>();

    List<Cause> list() {
        return List.copyOf(causes);
    }

    boolean isEmpty() {
        return causes.isEmpty();
    }

    void addAll(List<Cause> others) {
        causes.addAll(others);
    }

    void required(String path, String detail) {
        add("FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail), path);
    }

    /** @param value as messages show it */
    void invalid(String path, String value, String detail) {
        add("FieldValueInvalid", "Invalid value: " + value + ": " + detail, path);
    }

    void invalidText(String path, String value, String detail) {
        invalid(path, GoText.quote(value), detail);
    }

    /** One cause for all reasons why a name is none. */
    void name(String path, String value, String front, List<String> reasons) {
        if (!value.isEmpty() && !reasons.isEmpty()) {
            invalidText(path, value, front + String.join(",", reasons));
        }
    }

    void forbidden(String path, String detail) {
        add("FieldValueForbidden", "Forbidden: " + detail, path);
    }

    void duplicate(String path, String value) {
        add("FieldValueDuplicate", "Duplicate value: " + GoText.quote(value), path);
    }

    void unsupported(String path, String value, List<String> allowed) {
        add(
                "FieldValueNotSupported",
                "Unsupported value: " + GoText.quote(value) + ": supported values: "
                        + allowed.stream().map(GoText::quote).collect(Collectors.joining(", ")),
                path);
    }

    void tooMany(String path, int seen, int most) {
        add("FieldValueTooMany", "Too many: " + seen + ": must have at most " + most + " items", path);
    }

    void immutable(String path, JsonNode next, JsonNode live) {
        if (!next.equals(live)) {
            invalid(path, next.isMissingNode() ? "\"\"" : next.toString(), "field is immutable");
        }
    }

    private void add(String reason, String message, String path) {
        causes.add(new Cause(reason, message, path));
    }
}
