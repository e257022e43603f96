package kubelab.controlplane.apiserver.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lays an applied configuration over a live object, and takes away what nobody owns any more. */
final class Merge {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Merge() {}

    /** @return a new tree; the arguments stay as they are */
    static JsonNode merge(@Nullable JsonNode live, JsonNode config, Typed type) {
        if (live == null || live.isNull() || config.isNull()) {
            return config.deepCopy();
        }
        return switch (type.parts(config)) {
            case LEAF -> config.deepCopy();
            case STRUCT, MAP -> {
                if (!live.isObject() || !config.isObject()) {
                    yield config.deepCopy();
                }
                ObjectNode merged = ((ObjectNode) live).deepCopy();
                config.properties()
                        .forEach(p -> merged.set(
                                p.getKey(), merge(live.get(p.getKey()), p.getValue(), type.field(p.getKey()))));
                yield merged;
            }
            case LIST -> list(live, config, type);
        };
    }

    /** Items of the live list stay where they are, those of the configuration keep their order. */
    private static ArrayNode list(JsonNode live, JsonNode config, Typed type) {
        Map<String, JsonNode> left = type.items(live);
        Map<String, JsonNode> right = type.items(config);
        List<String> leftSteps = new ArrayList<>(left.keySet());
        Set<String> order = new LinkedHashSet<>();
        int next = 0;
        for (String step : right.keySet()) {
            while (next < leftSteps.size() && !right.containsKey(leftSteps.get(next))) {
                order.add(leftSteps.get(next++));
            }
            if (next < leftSteps.size() && leftSteps.get(next).equals(step)) {
                next++;
            }
            order.add(step);
        }
        order.addAll(leftSteps);
        ArrayNode merged = NODES.arrayNode();
        for (String step : order) {
            JsonNode mine = right.get(step);
            JsonNode theirs = left.get(step);
            if (mine == null && theirs != null) {
                merged.add(theirs.deepCopy());
            } else if (mine != null) {
                merged.add(merge(theirs, mine, type.element()));
            }
        }
        return merged;
    }

    /**
     * Removes from {@code merged} what the manager applied before ({@code last}) and neither it nor anybody else owns
     * now ({@code owned}).
     */
    static void prune(JsonNode merged, FieldSet last, FieldSet owned, Typed type) {
        Typed.Parts parts = type.parts(merged);
        if (parts == Typed.Parts.LIST && merged instanceof ArrayNode list) {
            Map<String, JsonNode> items = new LinkedHashMap<>(type.items(list));
            last.children().forEach((step, before) -> {
                JsonNode item = items.get(step);
                if (item != null && isDropped(before, owned.child(step))) {
                    items.remove(step);
                } else if (item != null) {
                    prune(item, before, orEmpty(owned.child(step)), type.element());
                }
            });
            list.removeAll();
            items.values().forEach(list::add);
        } else if (parts != Typed.Parts.LEAF && merged instanceof ObjectNode object) {
            last.children().forEach((step, before) -> {
                String name = step.substring(2);
                JsonNode value = object.get(name);
                if (value != null && isDropped(before, owned.child(step))) {
                    object.remove(name);
                } else if (value != null) {
                    prune(value, before, orEmpty(owned.child(step)), type.field(name));
                }
            });
        }
    }

    private static boolean isDropped(FieldSet before, @Nullable FieldSet now) {
        return before.isMember() && (now == null || now.isEmpty());
    }

    private static FieldSet orEmpty(@Nullable FieldSet set) {
        return set == null ? new FieldSet() : set;
    }
}
