package kubelab.controlplane.apiserver.apply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The paths in which one object differs from another. A path that appears brings all paths below it. */
final class Comparison {
    final FieldSet added = new FieldSet();
    final FieldSet removed = new FieldSet();
    final FieldSet modified = new FieldSet();

    private final Deque<String> path = new ArrayDeque<>();

    private Comparison() {}

    static Comparison of(JsonNode before, JsonNode after, Typed type) {
        Comparison comparison = new Comparison();
        comparison.compare(before, after, type);
        return comparison;
    }

    /** All paths that an applied configuration speaks about. */
    static FieldSet fieldsOf(JsonNode configuration, Typed type) {
        FieldSet set = new FieldSet();
        new Comparison().collect(configuration, type, set);
        return set;
    }

    private void compare(@Nullable JsonNode before, @Nullable JsonNode after, Typed type) {
        JsonNode some = after != null && !after.isNull() || before == null ? after : before;
        if (some == null) {
            return;
        }
        Typed.Parts parts = type.parts(some);
        if (parts == Typed.Parts.LEAF || isEmpty(before) && isEmpty(after)) {
            if (before != null && after != null && !Json.same(before, after)) {
                modified.insert(here());
            }
        } else if (parts == Typed.Parts.LIST) {
            children(items(before, type), items(after, type), type);
        } else {
            children(fields(before), fields(after), type);
        }
        if (path.isEmpty()) {
            return;
        }
        if (before == null) {
            added.insert(here());
        } else if (after == null) {
            removed.insert(here());
        }
    }

    private void children(Map<String, JsonNode> before, Map<String, JsonNode> after, Typed type) {
        Map<String, JsonNode> all = new LinkedHashMap<>(before);
        after.forEach(all::putIfAbsent);
        for (String step : all.keySet()) {
            JsonNode old = before.get(step);
            JsonNode next = after.get(step);
            // Most of an object stays as it is, and need not be taken apart to see that.
            if (Json.same(old, next)) {
                continue;
            }
            path.addLast(step);
            compare(old, next, below(type, step));
            path.removeLast();
        }
    }

    private void collect(JsonNode value, Typed type, FieldSet set) {
        switch (type.parts(value)) {
            case LEAF -> {
                if (!path.isEmpty()) {
                    set.insert(here());
                }
            }
            case LIST ->
                items(value, type).forEach((step, item) -> {
                    path.addLast(step);
                    collect(item, type.element(), set);
                    set.insert(here());
                    path.removeLast();
                });
            case MAP, STRUCT -> {
                boolean map = type.parts(value) == Typed.Parts.MAP;
                fields(value).forEach((step, field) -> {
                    path.addLast(step);
                    collect(field, below(type, step), set);
                    if (map
                            || !type.declares(step.substring(2))
                            || field.isNull()
                            || field.isObject() && field.isEmpty()) {
                        set.insert(here());
                    }
                    path.removeLast();
                });
            }
        }
    }

    static Typed below(Typed type, String step) {
        return step.startsWith("f:") ? type.field(step.substring(2)) : type.element();
    }

    private static Map<String, JsonNode> fields(@Nullable JsonNode object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        if (object != null) {
            Iterator<Map.Entry<String, JsonNode>> properties =
                    object.properties().iterator();
            properties.forEachRemaining(p -> fields.put("f:" + p.getKey(), p.getValue()));
        }
        return fields;
    }

    private static Map<String, JsonNode> items(@Nullable JsonNode list, Typed type) {
        return type.items(list == null ? JsonNodeFactory.instance.arrayNode() : list);
    }

    private static boolean isEmpty(@Nullable JsonNode value) {
        return value == null || value.isNull() || value.isContainer() && value.isEmpty();
    }

    private List<String> here() {
        return new ArrayList<>(path);
    }
}
