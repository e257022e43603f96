package kubelab.controlplane.apiserver.table;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The small texts that cells are made of. */
final class Text {
    static final String NONE = "<none>";
    static final String UNSET = "<unset>";

    private Text() {}

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asString("");
    }

    static String age(JsonNode object, Instant now) {
        return since(object.path("metadata").path("creationTimestamp"), now);
    }

    /** Time since {@code timestamp}, {@code <unknown>} when there is none. */
    static String since(JsonNode timestamp, Instant now) {
        return isTime(timestamp) ? human(Duration.between(instant(timestamp), now)) : "<unknown>";
    }

    static boolean isTime(JsonNode timestamp) {
        return timestamp.isString() && !timestamp.asString().isEmpty();
    }

    static Instant instant(JsonNode timestamp) {
        return OffsetDateTime.parse(timestamp.asString()).toInstant();
    }

    /** At most two units, the finer the younger. Source: k8s.io/apimachinery/pkg/util/duration (1.34). */
    static String human(Duration duration) {
        // Go cuts towards zero, where Duration rounds a negative fraction down
        long seconds = duration.toMillis() / 1000;
        long minutes = seconds / 60;
        long hours = seconds / 3600;
        long days = hours / 24;
        if (seconds < -1) {
            return "<invalid>";
        } else if (seconds <= 0) {
            return "0s";
        } else if (seconds < 120) {
            return seconds + "s";
        } else if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        } else if (minutes < 180) {
            return minutes + "m";
        } else if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        } else if (hours < 48) {
            return hours + "h";
        } else if (hours < 24 * 8) {
            return two(days, "d", hours % 24, "h");
        } else if (days < 365 * 2) {
            return days + "d";
        } else if (days < 365 * 8) {
            return two(days / 365, "y", days % 365, "d");
        }
        return days / 365 + "y";
    }

    private static String two(long big, String bigUnit, long small, String smallUnit) {
        return small == 0 ? big + bigUnit : big + bigUnit + small + smallUnit;
    }

    static String or(JsonNode value, String fallback) {
        String text =
                value.isString() ? value.asString() : value.isMissingNode() || value.isNull() ? "" : value.toString();
        return text.isEmpty() ? fallback : text;
    }

    /** {@code a=b,c=d} in the order of the keys. */
    static String labels(JsonNode map) {
        if (map.isEmpty()) {
            return NONE;
        }
        Map<String, String> sorted = new TreeMap<>();
        map.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asString("")));
        StringJoiner joined = new StringJoiner(",");
        sorted.forEach((key, value) -> joined.add(key + "=" + value));
        return joined.toString();
    }

    /** A label selector in the form that {@code kubectl get -l} takes. */
    static String selector(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return NONE;
        }
        // by key; a key may come twice
        List<Map.Entry<String, String>> requirements = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(e -> requirements.add(
                        Map.entry(e.getKey(), e.getKey() + "=" + e.getValue().asString(""))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            String key = expression.path("key").asString("");
            String values = "("
                    + String.join(
                            ",",
                            strings(expression.path("values")).stream().sorted().toList())
                    + ")";
            requirements.add(Map.entry(
                    key,
                    switch (expression.path("operator").asString("")) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "Exists" -> key;
                        default -> "!" + key;
                    }));
        }
        requirements.sort(Map.Entry.comparingByKey());
        return requirements.isEmpty()
                ? NONE
                : String.join(
                        ",", requirements.stream().map(Map.Entry::getValue).toList());
    }

    static List<String> strings(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(item -> result.add(item.asString("")));
        return result;
    }

    /** One field of every item, separated by commas. */
    static String each(JsonNode items, String field) {
        StringJoiner joined = new StringJoiner(",");
        items.forEach(item -> joined.add(item.path(field).asString("")));
        return joined.toString();
    }

    /** The first three, and how many more there are. */
    static String firstThree(List<String> all) {
        if (all.isEmpty()) {
            return NONE;
        }
        String shown = String.join(",", all.subList(0, Math.min(3, all.size())));
        return all.size() > 3 ? shown + " + " + (all.size() - 3) + " more..." : shown;
    }

    static boolean conditionIsTrue(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition.path("status").asString("").equals("True");
            }
        }
        return false;
    }
}
