package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Rows of ValidatingAdmissionPolicies and their bindings. */
final class PolicyRows {
    private static final String UNSET = "<unset>";

    private PolicyRows() {}

    static List<Object> policy(JsonNode object, Instant now) {
        JsonNode kind = object.path("spec").path("paramKind");
        return List.of(
                Text.name(object),
                object.path("spec").path("validations").size(),
                kind.isObject()
                        ? kind.path("apiVersion").asString("") + "/"
                                + kind.path("kind").asString("")
                        : UNSET,
                Text.age(object, now));
    }

    static List<Object> binding(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        return List.of(
                Text.name(object),
                spec.path("policyName").asString(""),
                parameters(spec.path("paramRef")),
                Text.age(object, now));
    }

    private static String parameters(JsonNode reference) {
        String name = reference.path("name").asString("");
        if (!name.isEmpty()) {
            return Text.or(reference.path("namespace"), "*") + "/" + name;
        }
        JsonNode selector = reference.path("selector");
        return selector.isObject() ? asGoPrintsIt(selector) : UNSET;
    }

    /** The generated {@code String} of the API's Go type. */
    private static String asGoPrintsIt(JsonNode selector) {
        Map<String, String> sorted = new TreeMap<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asString("")));
        StringBuilder labels = new StringBuilder();
        sorted.forEach(
                (key, value) -> labels.append(key).append(": ").append(value).append(','));
        StringBuilder expressions = new StringBuilder();
        for (JsonNode expression : selector.path("matchExpressions")) {
            expressions
                    .append("LabelSelectorRequirement{Key:")
                    .append(expression.path("key").asString(""))
                    .append(",Operator:")
                    .append(expression.path("operator").asString(""))
                    .append(",Values:[")
                    .append(String.join(" ", Text.strings(expression.path("values"))))
                    .append("],},");
        }
        return "&LabelSelector{MatchLabels:map[string]string{" + labels
                + "},MatchExpressions:[]LabelSelectorRequirement{" + expressions + "},}";
    }
}
