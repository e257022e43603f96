package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.controlplane.controllermanager.namespace.NamespaceContents.Left;

/**
 * What a namespace says about why it is still there.
 *
 * <p>Source: pkg/controller/namespace/deletion/status_condition_utils.go (1.34).
 */
final class DeletionConditions {
    private final Instant now;

    DeletionConditions(Instant now) {
        this.now = now;
    }

    /** @param undiscovered why it is not known of all kinds whether they are there */
    List<NamespaceCondition> of(List<String> undiscovered, Left left) {
        return List.of(
                undiscovered.isEmpty()
                        ? condition(
                                "NamespaceDeletionDiscoveryFailure",
                                false,
                                "ResourcesDiscovered",
                                "All resources successfully discovered")
                        : condition(
                                "NamespaceDeletionDiscoveryFailure",
                                true,
                                "DiscoveryFailed",
                                String.join(", ", undiscovered)),
                condition(
                        "NamespaceDeletionGroupVersionParsingFailure",
                        false,
                        "ParsedGroupVersions",
                        "All legacy kube types successfully parsed"),
                left.errors().isEmpty()
                        ? condition(
                                "NamespaceDeletionContentFailure",
                                false,
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization")
                        : condition(
                                "NamespaceDeletionContentFailure",
                                true,
                                "ContentDeletionFailed",
                                "Failed to delete all resource types, "
                                        + left.errors().size() + " remaining: "
                                        + left.errors().stream().sorted().collect(Collectors.joining(", "))),
                remaining(left.objects()),
                finalizers(left.objects()));
    }

    private NamespaceCondition remaining(Map<String, List<GenericKubernetesResource>> objects) {
        if (objects.isEmpty()) {
            return condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed");
        }
        String resources = objects.entrySet().stream()
                .map(e -> e.getKey() + " has " + e.getValue().size() + " resource instances")
                .collect(Collectors.joining(", "));
        return condition(
                "NamespaceContentRemaining", true, "SomeResourcesRemain", "Some resources are remaining: " + resources);
    }

    private NamespaceCondition finalizers(Map<String, List<GenericKubernetesResource>> objects) {
        Map<String, Integer> finalizers = new TreeMap<>();
        objects.values()
                .forEach(of -> of.forEach(
                        o -> Objects.requireNonNullElse(o.getMetadata().getFinalizers(), List.<String>of())
                                .forEach(f -> finalizers.merge(f, 1, Integer::sum))));
        if (finalizers.isEmpty()) {
            return condition(
                    "NamespaceFinalizersRemaining",
                    false,
                    "ContentHasNoFinalizers",
                    "All content-preserving finalizers finished");
        }
        String holders = finalizers.entrySet().stream()
                .map(e -> e.getKey() + " in " + e.getValue() + " resource instances")
                .collect(Collectors.joining(", "));
        return condition(
                "NamespaceFinalizersRemaining",
                true,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: " + holders);
    }

    private NamespaceCondition condition(String type, boolean status, String reason, String message) {
        return new NamespaceConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }
}
