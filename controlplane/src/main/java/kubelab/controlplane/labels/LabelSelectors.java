package kubelab.controlplane.labels;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which labels a selector of the API (matchLabels, matchExpressions) chooses. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** No selector matches nothing, an empty one everything. */
    public static boolean match(@Nullable LabelSelector selector, @Nullable Map<String, String> labelsOrNull) {
        if (selector == null) {
            return false;
        }
        Map<String, String> labels = Objects.requireNonNullElse(labelsOrNull, Map.of());
        return match(Objects.requireNonNullElse(selector.getMatchLabels(), Map.of()), labels)
                && Objects.requireNonNullElse(selector.getMatchExpressions(), List.<LabelSelectorRequirement>of())
                        .stream()
                        .allMatch(e -> matches(e, labels));
    }

    /** A plain map of labels as a Service or a ReplicationController has it. */
    public static boolean match(Map<String, String> wanted, @Nullable Map<String, String> labelsOrNull) {
        Map<String, String> labels = Objects.requireNonNullElse(labelsOrNull, Map.of());
        return wanted.entrySet().stream().allMatch(e -> Objects.equals(labels.get(e.getKey()), e.getValue()));
    }

    /** A selector in its text form, {@code app=web,env in (a,b)}: empty for none, which upstream takes for "nothing". */
    public static String text(@Nullable LabelSelector selector) {
        if (selector == null) {
            return "";
        }
        TreeMap<String, String> parts = new TreeMap<>();
        Objects.requireNonNullElse(selector.getMatchLabels(), Map.<String, String>of())
                .forEach((key, value) -> parts.put(key, key + "=" + value));
        for (LabelSelectorRequirement e :
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.<LabelSelectorRequirement>of())) {
            String values = "(" + String.join(",", new TreeSet<>(e.getValues())) + ")";
            parts.merge(
                    e.getKey(),
                    switch (e.getOperator()) {
                        case "In" -> e.getKey() + " in " + values;
                        case "NotIn" -> e.getKey() + " notin " + values;
                        case "Exists" -> e.getKey();
                        default -> "!" + e.getKey();
                    },
                    (one, other) -> one + "," + other);
        }
        return String.join(",", parts.values());
    }

    /** A selector as Go prints it, which is how it stands in upstream's messages. */
    public static String printed(@Nullable LabelSelector selector) {
        if (selector == null) {
            return "nil";
        }
        String labels =
                Objects.requireNonNullElse(selector.getMatchLabels(), Map.<String, String>of()).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + ": " + e.getValue() + ",")
                        .collect(Collectors.joining());
        String expressions = selector.getMatchExpressions().stream()
                .map(e -> "LabelSelectorRequirement{Key:" + e.getKey() + ",Operator:" + e.getOperator() + ",Values:["
                        + String.join(" ", e.getValues()) + "],},")
                .collect(Collectors.joining());
        return "&LabelSelector{MatchLabels:map[string]string{" + labels
                + "},MatchExpressions:[]LabelSelectorRequirement{" + expressions + "},}";
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        List<String> values = Objects.requireNonNullElse(requirement.getValues(), List.of());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
