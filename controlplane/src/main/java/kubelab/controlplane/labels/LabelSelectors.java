package kubelab.controlplane.labels;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
