package kubelab.controlplane.controllermanager.disruption;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.disruption.ExpectedPods.Count;
import kubelab.controlplane.controllermanager.disruption.ExpectedPods.NotScalable;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.labels.LabelSelectors;

/** One budget: healthy Pods, how many there must be, and so how many may go. */
final class DisruptionReconciler implements Reconciler {
    /** An eviction that was granted is believed for so long; then the Pod is taken to have stayed. */
    static final Duration GRANTED = Duration.ofMinutes(2);

    private static final String CONDITION = "DisruptionAllowed";

    private final KubernetesClient client;
    private final Cached<PodDisruptionBudget> budgets;
    private final Cached<Pod> pods;
    private final ExpectedPods expectedPods;
    private final EventRecorder events;
    private final Clock clock;

    DisruptionReconciler(
            KubernetesClient client,
            Cached<PodDisruptionBudget> budgets,
            Cached<Pod> pods,
            ExpectedPods expectedPods,
            EventRecorder events,
            Clock clock) {
        this.client = client;
        this.budgets = budgets;
        this.pods = pods;
        this.expectedPods = expectedPods;
        this.events = events;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<PodDisruptionBudget> found = budgets.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        PodDisruptionBudget budget = found.get();
        List<Pod> selected = pods.inNamespace(key.namespace()).stream()
                .filter(p -> LabelSelectors.match(
                        budget.getSpec().getSelector(), p.getMetadata().getLabels()))
                .toList();
        if (selected.isEmpty()) {
            events.normal(budget, "NoPods", "No matching pods found");
        }
        Count count;
        try {
            count = expectedPods.count(budget, selected);
        } catch (NotScalable e) {
            String why = String.valueOf(e.getMessage());
            events.warning(
                    budget,
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: " + why);
            write(budget, failed(budget, why));
            return Result.done();
        }
        if (count.unmanaged()) {
            events.warning(budget, "UnmanagedPods", unmanaged(budget));
        }
        Map<String, String> granted = granted(budget, selected);
        int healthy = (int) selected.stream()
                .filter(p -> !PodState.isTerminating(p)
                        && !granted.containsKey(p.getMetadata().getName())
                        && PodState.isReady(p))
                .count();
        write(budget, status(budget, count, healthy, granted));
        return granted.isEmpty() ? Result.done() : Result.after(GRANTED);
    }
    // end::reconcile[]

    /** Pods whose eviction was granted and that are not on their way out yet. */
    private Map<String, String> granted(PodDisruptionBudget budget, List<Pod> selected) {
        Map<String, String> granted = new TreeMap<>();
        Map<String, String> before = budget.getStatus() == null
                ? Map.of()
                : Objects.requireNonNullElse(budget.getStatus().getDisruptedPods(), Map.of());
        for (Pod pod : selected) {
            String since = before.get(pod.getMetadata().getName());
            if (since == null || PodState.isTerminating(pod)) {
                continue;
            }
            if (Instant.parse(since).plus(GRANTED).isBefore(clock.now())) {
                events.warning(
                        pod,
                        "NotDeleted",
                        "Pod was expected by PDB " + budget.getMetadata().getNamespace() + "/"
                                + budget.getMetadata().getName() + " to be deleted but it wasn't");
            } else {
                granted.put(pod.getMetadata().getName(), since);
            }
        }
        return granted;
    }

    private PodDisruptionBudgetStatus status(
            PodDisruptionBudget budget, Count count, int healthy, Map<String, String> granted) {
        int allowed = count.expected() <= 0 ? 0 : Math.max(0, healthy - count.healthy());
        return new PodDisruptionBudgetStatusBuilder()
                .withExpectedPods(count.expected())
                .withDesiredHealthy(count.healthy())
                .withCurrentHealthy(healthy)
                .withDisruptionsAllowed(allowed)
                .withDisruptedPods(granted.isEmpty() ? null : granted)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withConditions(condition(
                        budget,
                        allowed > 0 ? "True" : "False",
                        allowed > 0 ? "SufficientPods" : "InsufficientPods",
                        ""))
                .build();
    }

    /** When in doubt, nobody may go. */
    private PodDisruptionBudgetStatus failed(PodDisruptionBudget budget, String why) {
        PodDisruptionBudgetStatus before =
                Objects.requireNonNullElseGet(budget.getStatus(), PodDisruptionBudgetStatus::new);
        return new PodDisruptionBudgetStatusBuilder(before)
                .withExpectedPods(Objects.requireNonNullElse(before.getExpectedPods(), 0))
                .withDesiredHealthy(Objects.requireNonNullElse(before.getDesiredHealthy(), 0))
                .withCurrentHealthy(Objects.requireNonNullElse(before.getCurrentHealthy(), 0))
                .withDisruptionsAllowed(0)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withConditions(condition(budget, "False", "SyncFailed", why))
                .build();
    }

    private Condition condition(PodDisruptionBudget budget, String status, String reason, String message) {
        String since = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        if (budget.getStatus() != null) {
            since = budget.getStatus().getConditions().stream()
                    .filter(c -> c.getType().equals(CONDITION) && c.getStatus().equals(status))
                    .map(Condition::getLastTransitionTime)
                    .findFirst()
                    .orElse(since);
        }
        return new ConditionBuilder()
                .withType(CONDITION)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withLastTransitionTime(since)
                .build();
    }

    private void write(PodDisruptionBudget budget, PodDisruptionBudgetStatus status) {
        if (Difference.between(budget.getStatus(), status)) {
            client.resource(new PodDisruptionBudgetBuilder(budget)
                            .withStatus(status)
                            .build())
                    .updateStatus();
        }
    }

    private static String unmanaged(PodDisruptionBudget budget) {
        return "Pods selected by this PodDisruptionBudget (selector: "
                + LabelSelectors.printed(budget.getSpec().getSelector())
                + ") were found to be unmanaged. As a result, the"
                + " status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account"
                + " for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.";
    }
}
