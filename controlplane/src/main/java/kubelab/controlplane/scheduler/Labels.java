package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Label selectors. */
final class Labels {
    private Labels() {}

    /** No selector matches nothing, an empty one everything. */
    static boolean match(@Nullable LabelSelector selector, @Nullable Map<String, String> labelsOrNull) {
        if (selector == null) {
            return false;
        }
        Map<String, String> labels = Objects.requireNonNullElse(labelsOrNull, Map.of());
        Map<String, String> wanted = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        return wanted.entrySet().stream().allMatch(e -> Objects.equals(labels.get(e.getKey()), e.getValue()))
                && Objects.requireNonNullElse(
                                selector.getMatchExpressions(),
                                List.<io.fabric8.kubernetes.api.model.LabelSelectorRequirement>of())
                        .stream()
                        .allMatch(e -> {
                            String value = labels.get(e.getKey());
                            return switch (e.getOperator()) {
                                case "In" -> value != null && e.getValues().contains(value);
                                case "NotIn" -> value == null || !e.getValues().contains(value);
                                case "Exists" -> value != null;
                                case "DoesNotExist" -> value == null;
                                default -> false;
                            };
                        });
    }
}
