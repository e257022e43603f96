package kubelab.controlplane.apiserver.table;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A path into an object, as columns have it: {@code .spec.size}, {@code .status.conditions[?(@.type=="Ready")].status}.
 *
 * <p>Source: k8s.io/client-go/util/jsonpath (1.34). Simplified: no unions and no {@code range}; a filter is one
 * comparison.
 */
final class JsonPath {
    /** From the values at one step to those at the next. */
    private interface Step {
        void select(JsonNode from, List<JsonNode> found);
    }

    private final List<Step> steps = new ArrayList<>();
    private final String text;
    private int at;

    private JsonPath(String text) {
        this.text = text;
    }

    /** @return null when it cannot be read */
    static @Nullable JsonPath parse(String text) {
        JsonPath path = new JsonPath(text);
        try {
            path.steps();
            return path;
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException wrong) {
            return null;
        }
    }

    /** The values that are there, in order. */
    List<JsonNode> find(JsonNode object) {
        List<JsonNode> values = List.of(object);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            values.forEach(value -> step.select(value, next));
            values = next;
        }
        return values;
    }

    private void steps() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[') {
                int end = closing(at);
                steps.add(bracket(text.substring(at + 1, end).strip()));
                at = end + 1;
            } else if (c == '.' && text.startsWith("..", at)) {
                at++;
                steps.add(JsonPath::descend);
            } else {
                at += c == '.' ? 1 : 0;
                String name = name();
                if (name.equals("*")) {
                    steps.add((from, found) -> from.forEach(found::add));
                } else if (!name.isEmpty() && !name.equals("$") && !name.equals("@")) {
                    steps.add((from, found) -> add(from.get(name), found));
                }
            }
        }
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && ".[".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\') {
                at++;
            }
            name.append(text.charAt(at++));
        }
        return name.toString();
    }

    private int closing(int open) {
        int depth = 0;
        char quote = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("unterminated array");
    }

    private static Step bracket(String inside) {
        if (inside.equals("*")) {
            return (from, found) -> from.forEach(found::add);
        }
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            Predicate<JsonNode> filter =
                    filter(inside.substring(2, inside.length() - 1).strip());
            return (from, found) -> from.forEach(item -> {
                if (filter.test(item)) {
                    found.add(item);
                }
            });
        }
        if (inside.startsWith("'") || inside.startsWith("\"")) {
            String name = inside.substring(1, inside.length() - 1);
            return (from, found) -> add(from.get(name), found);
        }
        if (inside.contains(":")) {
            String[] ends = inside.split(":", -1);
            return (from, found) -> {
                int low = ends[0].isEmpty() ? 0 : index(ends[0], from.size());
                int high = ends[1].isEmpty() ? from.size() : index(ends[1], from.size());
                for (int i = Math.max(0, low); i < Math.min(high, from.size()); i++) {
                    found.add(from.get(i));
                }
            };
        }
        int index = Integer.parseInt(inside);
        return (from, found) -> add(from.isArray() ? from.get(index < 0 ? from.size() + index : index) : null, found);
    }

    private static int index(String text, int size) {
        int index = Integer.parseInt(text.strip());
        return index < 0 ? size + index : index;
    }

    private static Predicate<JsonNode> filter(String text) {
        for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
            int place = text.indexOf(operator);
            if (place > 0) {
                JsonPath left = filterPath(text.substring(0, place).strip());
                String right = text.substring(place + operator.length()).strip();
                return item -> left.find(item).stream().anyMatch(value -> compares(value, operator, right));
            }
        }
        JsonPath there = filterPath(text);
        return item -> !there.find(item).isEmpty();
    }

    private static JsonPath filterPath(String text) {
        JsonPath path = text.startsWith("@") ? parse(text.substring(1)) : null;
        if (path == null) {
            throw new IllegalArgumentException("unrecognized filter " + text);
        }
        return path;
    }

    private static boolean compares(JsonNode value, String operator, String literal) {
        boolean quoted = literal.startsWith("\"") || literal.startsWith("'");
        String right = quoted ? literal.substring(1, literal.length() - 1) : literal;
        int order;
        if (!quoted && value.isNumber() && right.matches("-?\\d+(\\.\\d+)?")) {
            order = value.decimalValue().compareTo(new BigDecimal(right));
        } else {
            order = Text.or(value, "").compareTo(right);
        }
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            default -> order >= 0;
        };
    }

    private static void descend(JsonNode from, List<JsonNode> found) {
        found.add(from);
        from.forEach(child -> descend(child, found));
    }

    private static void add(@Nullable JsonNode value, List<JsonNode> found) {
        if (value != null) {
            found.add(value);
        }
    }
}
