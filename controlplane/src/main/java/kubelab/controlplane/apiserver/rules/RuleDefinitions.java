package kubelab.controlplane.apiserver.rules;

import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which rules a schema may have: they must compile, and may look at the old value only where it can be told which it is.
 *
 * <p>Source: ValidateCustomResourceDefinitionOpenAPISchema in apiextensions' validation.go (1.34). Simplified: what rules may
 * cost at worst is not estimated, so that a definition is accepted whose rules upstream finds too expensive; what a rule costs
 * is limited when it is evaluated.
 */
public final class RuleDefinitions {
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final Map<String, CelType> types = new HashMap<>();
    private final List<Cause> causes = new ArrayList<>();

    private RuleDefinitions() {}

    /** What is wrong with the rules of one place as texts: nothing is compiled. @param path of the place */
    public static List<Cause> texts(JsonNode schema, String path) {
        List<Cause> causes = new ArrayList<>();
        int i = 0;
        for (JsonNode rule : Json.items(schema, Structural.RULES)) {
            texts(rule, new Structural(schema), path + "." + Structural.RULES + "[" + i++ + "]", causes);
        }
        return causes;
    }

    private static void texts(JsonNode rule, Structural schema, String path, List<Cause> causes) {
        String text = Json.string(rule, "rule").strip();
        String message = Json.string(rule, "message");
        if (text.isEmpty()) {
            required(path + ".rule", "rule is not specified", causes);
        } else if (!message.isEmpty() && message.isBlank()) {
            invalid(path + ".message", GoText.quote(message), "must be non-empty if specified", causes);
        } else if (hasLines(message.strip())) {
            invalid(path + ".message", GoText.quote(message), "must not contain line breaks", causes);
        } else if (hasLines(text) && message.isBlank()) {
            required(path + ".message", "message must be specified if rule contains line breaks", causes);
        }
        String expression = Json.string(rule, "messageExpression");
        if (!expression.isEmpty() && expression.isBlank()) {
            required(path + ".messageExpression", "messageExpression must be non-empty if specified", causes);
        }
        String reason = Json.string(rule, "reason");
        if (!reason.isEmpty() && !REASONS.contains(reason)) {
            causes.add(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: " + GoText.quote(reason) + ": supported values: "
                            + REASONS.stream().map(GoText::quote).collect(Collectors.joining(", ")),
                    path + ".reason"));
        }
        String field = Json.string(rule, "fieldPath");
        if (!field.isEmpty()) {
            String shown = GoText.quote(field);
            if (field.isBlank()) {
                invalid(path + ".fieldPath", shown, "must be non-empty if specified", causes);
            }
            if (hasLines(field)) {
                invalid(path + ".fieldPath", shown, "must not contain line breaks", causes);
            }
            if (FieldPaths.normal(field, schema) == null) {
                invalid(path + ".fieldPath", shown, "must be a valid path", causes);
            }
        }
    }

    /** Compiles all rules of a schema of whole objects. */
    public static List<Cause> compile(JsonNode schema, String path) {
        RuleDefinitions walk = new RuleDefinitions();
        walk.place(new Structural(schema), Shape.of(schema, true, "selfType", walk.types), path, "");
        return walk.causes;
    }

    /** @param uncorrelated the place from which on it cannot be told which value the old one is; empty for none */
    private void place(Structural schema, @Nullable Shape shape, String path, String uncorrelated) {
        if (!schema.hasRules()) {
            return;
        }
        List<JsonNode> given = Json.items(schema.json(), Structural.RULES);
        if (shape == null) {
            if (!given.isEmpty()) {
                causes.add(new Cause(
                        "InternalError",
                        "Internal error: internal error: failed to retrieve type information for"
                                + " x-kubernetes-validations",
                        path + "." + Structural.RULES));
            }
            return;
        }
        if (!given.isEmpty()) {
            Rule.Place place = Rule.Place.of(shape, types);
            for (int i = 0; i < given.size(); i++) {
                rule(given.get(i), schema, place, path + "." + Structural.RULES + "[" + i + "]", uncorrelated);
            }
        }

        schema.properties()
                .forEach((name, part) ->
                        place(part, shape.fields.get(name), path + ".properties[" + name + "]", uncorrelated));
        Structural values = schema.additional();
        if (values != null) {
            place(values, shape.element, path + ".additionalProperties", uncorrelated);
        }
        Structural items = schema.items();
        if (items != null) {
            boolean map = Json.string(schema.json(), "x-kubernetes-list-type").equals("map");
            place(items, shape.element, path + ".items", map ? uncorrelated : first(uncorrelated, path));
        }
    }

    private static String first(String known, String path) {
        return known.isEmpty() ? path : known;
    }

    private void rule(JsonNode json, Structural schema, Rule.Place place, String path, String uncorrelated) {
        try {
            Rule rule = Rule.of(json, schema, place);
            if (rule.usesOldSelf() && !uncorrelated.isEmpty()) {
                invalid(
                        path + ".rule",
                        GoText.quote(Json.string(json, "rule")),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within " + uncorrelated,
                        causes);
            } else if (!rule.usesOldSelf() && json.has("optionalOldSelf")) {
                invalid(
                        path + ".optionalOldSelf",
                        Boolean.toString(Json.bool(json, "optionalOldSelf")),
                        "may not be set if oldSelf is not used in rule",
                        causes);
            }
        } catch (Rule.Wrong wrong) {
            invalid(path + "." + wrong.part(), inGo(json), wrong.detail(), causes);
        }
    }

    /** A rule as Go's JSON shows one. */
    private static String inGo(JsonNode rule) {
        ObjectNode shown = Json.object();
        shown.put("Rule", Json.string(rule, "rule"))
                .put("Message", Json.string(rule, "message"))
                .put("MessageExpression", Json.string(rule, "messageExpression"));
        shown.set("Reason", rule.has("reason") ? rule.get("reason") : NullNode.getInstance());
        shown.put("FieldPath", Json.string(rule, "fieldPath"));
        shown.set(
                "OptionalOldSelf", rule.has("optionalOldSelf") ? rule.get("optionalOldSelf") : NullNode.getInstance());
        return shown.toString().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static boolean hasLines(String text) {
        return text.contains("\n") || text.contains("\r");
    }

    private static void required(String path, String detail, List<Cause> causes) {
        causes.add(new Cause("FieldValueRequired", "Required value: " + detail, path));
    }

    private static void invalid(String path, String value, String detail, List<Cause> causes) {
        causes.add(new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, path));
    }
}
