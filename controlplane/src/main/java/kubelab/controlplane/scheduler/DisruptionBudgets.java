package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.labels.LabelSelectors;

/** Disruption budgets as preemption sees them: it spares what they protect if it can, and goes on if it cannot. */
final class DisruptionBudgets {
    private final List<PodDisruptionBudget> budgets;

    DisruptionBudgets(List<PodDisruptionBudget> budgets) {
        this.budgets = List.copyOf(budgets);
    }

    /** Those of {@code pods}, taken in their order, whose going would be one too many for some budget. */
    Set<PodInfo> violatedBy(List<PodInfo> pods) {
        Map<PodDisruptionBudget, Integer> left = new IdentityHashMap<>();
        Set<PodInfo> violated = Preemption.identitySet();
        for (PodInfo info : pods) {
            Pod pod = info.pod();
            for (PodDisruptionBudget budget : budgets) {
                if (!protects(budget, pod)) {
                    continue;
                }
                int after = left.merge(budget, -1, (have, one) -> have + one);
                if (after + allowed(budget) < 0) {
                    violated.add(info);
                }
            }
        }
        return violated;
    }

    private static boolean protects(PodDisruptionBudget budget, Pod pod) {
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        var selector = budget.getSpec().getSelector();
        boolean names = selector != null
                && (!Objects.requireNonNullElse(selector.getMatchLabels(), Map.of())
                                .isEmpty()
                        || !selector.getMatchExpressions().isEmpty());
        return names
                && !labels.isEmpty()
                && Objects.equals(
                        budget.getMetadata().getNamespace(), pod.getMetadata().getNamespace())
                && LabelSelectors.match(selector, labels)
                // Already counted as gone when an eviction was granted.
                && (budget.getStatus() == null
                        || !Objects.requireNonNullElse(budget.getStatus().getDisruptedPods(), Map.of())
                                .containsKey(pod.getMetadata().getName()));
    }

    private static int allowed(PodDisruptionBudget budget) {
        return budget.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(budget.getStatus().getDisruptionsAllowed(), 0);
    }
}
