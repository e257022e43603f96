package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who owns whom, and which labels a selector wants. */
public final class Ownership {
    private Ownership() {}

    /** The one owner that manages the object (its {@code controller: true} reference). */
    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        for (OwnerReference reference : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(reference.getController())) {
                return Optional.of(reference);
            }
        }
        return Optional.empty();
    }

    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controllerOf(object)
                .map(r -> Objects.equals(r.getUid(), owner.getMetadata().getUid()))
                .orElse(false);
    }

    /** The reference that makes {@code owner} the manager of an object, and its deletion in the foreground wait for it. */
    public static OwnerReference controllerReference(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** An empty selector matches everything, none at all matches nothing. */
    public static boolean matches(@Nullable LabelSelector selector, @Nullable Map<String, String> labelsOrNull) {
        if (selector == null) {
            return false;
        }
        Map<String, String> labels = Objects.requireNonNullElse(labelsOrNull, Map.of());
        Map<String, String> wanted = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        for (Map.Entry<String, String> label : wanted.entrySet()) {
            if (!Objects.equals(labels.get(label.getKey()), label.getValue())) {
                return false;
            }
        }
        List<LabelSelectorRequirement> expressions =
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
        return expressions.isEmpty() || expressions.stream().allMatch(e -> matches(e, labels));
    }

    /** A plain map of labels as a Service or a ReplicationController has it. */
    public static boolean matches(Map<String, String> wanted, @Nullable Map<String, String> labelsOrNull) {
        Map<String, String> labels = Objects.requireNonNullElse(labelsOrNull, Map.of());
        for (Map.Entry<String, String> label : wanted.entrySet()) {
            if (!Objects.equals(labels.get(label.getKey()), label.getValue())) {
                return false;
            }
        }
        return true;
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
