package kubelab.controlplane.apiserver.rules;

import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.structural.ListTypes;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.cel.Budget;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules of a schema, compiled, at the places where the schema has them. Immutable.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (1.34). Simplified: a rule that does not
 * compile any more is passed over; upstream's refuses the object.
 */
public final class RuleTree {
    private final Structural schema;
    private final Shape shape;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, RuleTree> properties = new LinkedHashMap<>();
    private final @Nullable RuleTree items;
    private final @Nullable RuleTree additional;

    private RuleTree(Structural schema, Shape shape, Map<String, CelType> types) {
        this.schema = schema;
        this.shape = shape;
        List<JsonNode> given = Json.items(schema.json(), Structural.RULES);
        if (!given.isEmpty()) {
            Rule.Place place = Rule.Place.of(shape, types);
            for (JsonNode rule : given) {
                try {
                    rules.add(Rule.of(rule, schema, place));
                } catch (Rule.Wrong old) {
                    continue;
                }
            }
        }
        schema.properties().forEach((name, part) -> {
            RuleTree below = below(part, shape.fields.get(name), types);
            if (below != null) {
                properties.put(name, below);
            }
        });
        items = below(schema.items(), shape.element, types);
        additional = below(schema.additional(), shape.element, types);
    }

    private static @Nullable RuleTree below(
            @Nullable Structural schema, @Nullable Shape shape, Map<String, CelType> types) {
        return schema == null || shape == null || !schema.hasRules() ? null : new RuleTree(schema, shape, types);
    }

    /**
     * @param root whether it is the schema of whole objects
     * @return null when there are no rules
     */
    public static @Nullable RuleTree of(Structural schema, boolean root) {
        if (!schema.hasRules()) {
            return null;
        }
        Map<String, CelType> types = new HashMap<>();
        Shape shape = Shape.of(schema.json(), root, "selfType", types);
        return shape == null ? null : new RuleTree(schema, shape, types);
    }

    /** What was found. @param warnings what an update left as it was, and may stay */
    public record Found(List<Cause> causes, List<String> warnings) {}

    /**
     * @param old the value before an update; null when there was none
     * @param path of the value; empty for a whole object
     */
    public Found check(JsonNode value, @Nullable JsonNode old, String path) {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        check(value, old, false, path, new Budget(Budget.OF_AN_OBJECT), found);
        return found;
    }

    /** @param around whether the nearest value around this one that can be compared is as it was */
    private void check(
            JsonNode value, @Nullable JsonNode old, boolean around, String path, Budget budget, Found found) {
        if (value.isNull() || budget.isSpent()) {
            return;
        }
        boolean same = old == null ? around : Json.same(value, old);
        own(value, old == null || old.isNull() ? null : old, same, path, budget, found);
        if (value.isArray() && items != null) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode before = ListTypes.counterpart(schema, value.get(i), old);
                items.check(value.get(i), before, same, path + "[" + i + "]", budget, found);
            }
        }
        if (!value.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String name = field.getKey();
            JsonNode before = old == null ? null : old.get(name);
            RuleTree declared = properties.get(name);
            if (additional != null) {
                additional.check(field.getValue(), before, same, path + "[" + name + "]", budget, found);
            } else if (declared != null) {
                String here = path.isEmpty() ? name : path + "." + name;
                declared.check(field.getValue(), before, same, here, budget, found);
            }
        }
    }

    private void own(JsonNode value, @Nullable JsonNode old, boolean same, String path, Budget budget, Found found) {
        if (rules.isEmpty()) {
            return;
        }
        Object self = shape.value(value);
        Object oldSelf = old == null ? null : shape.value(old);
        String kind = Json.string(schema.json(), "type");
        for (Rule rule : rules) {
            Cause cause = rule.applies(oldSelf != null) ? rule.check(path, kind, self, oldSelf, budget) : null;
            if (cause == null) {
                continue;
            }
            if (same && !rule.usesOldSelf()) {
                found.warnings.add(cause.field() + ": " + cause.message());
            } else {
                found.causes.add(cause);
            }
            if (budget.isSpent()) {
                return;
            }
        }
    }
}
