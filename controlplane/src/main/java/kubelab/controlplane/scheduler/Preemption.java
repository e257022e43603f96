package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which Pods of lower priority would have to go, and from which node, so that a Pod fits. It only plans: the scheduler
 * carries the plan out, and the Pod waits until its victims are gone.
 *
 * <p>Source: {@code pkg/scheduler/framework/preemption} and {@code …/plugins/defaultpreemption}, 1.34.
 */
final class Preemption {
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";
    private static final String NO_VICTIMS = "No preemption victims found for incoming pod";

    /** What planning came to. */
    sealed interface Outcome permits Plan, Impossible, NotTried {}

    /** @param victims who has to leave {@code node}, the most important first */
    record Plan(String node, List<Pod> victims, int violations) implements Outcome {
        Plan {
            victims = List.copyOf(victims);
        }
    }

    /**
     * @param why as it is written after "preemption: "
     * @param keepNomination the Pod waits for victims that are on their way out
     */
    record Impossible(String why, boolean keepNomination) implements Outcome {}

    /** There was nothing to plan for. */
    record NotTried() implements Outcome {}

    static final Outcome NOT_TRIED = new NotTried();

    /** Who is more important: the higher priority, then who has run longer. */
    private static final Comparator<PodInfo> MOST_IMPORTANT =
            Comparator.comparingInt((PodInfo p) -> -p.priority()).thenComparing(Preemption::started);

    private final Filters filters;
    private final ClusterLister lister;

    Preemption(Filters filters, ClusterLister lister) {
        this.filters = filters;
        this.lister = lister;
    }

    // tag::plan[]
    /** @param refusals what the nodes said; a node that is not named can never do */
    Outcome plan(
            Pod pod,
            List<NodeInfo> nodes,
            Map<String, List<PodInfo>> nominated,
            Map<String, Filters.Refusal> refusals) {
        if ("Never".equals(pod.getSpec().getPreemptionPolicy())) {
            return new Impossible("not eligible due to preemptionPolicy=Never.", false);
        }
        if (waitsForVictims(pod, nodes, refusals)) {
            return new Impossible("not eligible due to a terminating pod on the nominated node.", true);
        }
        List<Plan> plans = new ArrayList<>();
        List<Filters.Refusal> impossible = new ArrayList<>();
        Optional<DisruptionBudgets> budgets = Optional.empty();
        for (int i = 0; i < nodes.size(); i++) {
            NodeInfo node = nodes.get(i);
            Filters.Refusal refusal = refusals.get(node.name());
            if (refusal == null || !refusal.verdict().preemptionMayHelp()) {
                impossible.add(because(NOT_HELPFUL));
            } else if (node.pods().stream().noneMatch(p -> p.priority() < PodInfo.priority(pod))) {
                impossible.add(because(NO_VICTIMS));
            } else {
                if (budgets.isEmpty()) {
                    budgets = Optional.of(new DisruptionBudgets(lister.budgets()));
                }
                planFor(pod, nodes, i, nominated, budgets.get(), plans, impossible);
            }
        }
        return plans.stream()
                .min(GENTLEST)
                .<Outcome>map(plan -> plan)
                .orElseGet(() -> new Impossible(FitError.message(nodes.size(), FitError.counted(impossible)), false));
    }

    /** Takes all lesser Pods off the node, then puts back whoever may stay, the most important first. */
    private void planFor(
            Pod pod,
            List<NodeInfo> nodes,
            int index,
            Map<String, List<PodInfo>> nominated,
            DisruptionBudgets budgets,
            List<Plan> plans,
            List<Filters.Refusal> impossible) {
        NodeInfo node = nodes.get(index);
        List<PodInfo> lesser = node.pods().stream()
                .filter(p -> p.priority() < PodInfo.priority(pod))
                .sorted(MOST_IMPORTANT)
                .toList();
        Set<PodInfo> gone = identitySet();
        gone.addAll(lesser);
        List<NodeInfo> changed = new ArrayList<>(nodes);
        Optional<Filters.Refusal> still = refusal(pod, changed, index, node.without(gone::contains), nominated);
        if (still.isPresent()) {
            impossible.add(still.get());
            return;
        }
        Set<PodInfo> protectedOnes = budgets.violatedBy(lesser);
        List<PodInfo> inTurn =
                new ArrayList<>(lesser.stream().filter(protectedOnes::contains).toList());
        lesser.stream().filter(p -> !protectedOnes.contains(p)).forEach(inTurn::add);
        for (PodInfo candidate : inTurn) {
            gone.remove(candidate);
            if (refusal(pod, changed, index, node.without(gone::contains), nominated)
                    .isPresent()) {
                gone.add(candidate);
            }
        }
        plans.add(new Plan(
                node.name(),
                gone.stream().sorted(MOST_IMPORTANT).map(PodInfo::pod).toList(),
                (int) gone.stream().filter(protectedOnes::contains).count()));
    }
    // end::plan[]

    private Optional<Filters.Refusal> refusal(
            Pod pod, List<NodeInfo> nodes, int index, NodeInfo instead, Map<String, List<PodInfo>> nominated) {
        nodes.set(index, instead);
        return filters.prepare(pod, nodes, nominated).refusal(instead);
    }

    /** The fewest broken budgets, then the least important victims, then the fewest, then those that ran shortest. */
    private static final Comparator<Plan> GENTLEST = Comparator.comparingInt(Plan::violations)
            .thenComparingInt(p -> PodInfo.priority(p.victims().get(0)))
            .thenComparingLong(p -> p.victims().stream()
                    .mapToLong(v -> PodInfo.priority(v) + (long) Integer.MAX_VALUE + 1)
                    .sum())
            .thenComparingInt(p -> p.victims().size())
            .thenComparing(Preemption::earliestStart, Comparator.reverseOrder());

    /** When the longest running of the most important victims began. */
    private static String earliestStart(Plan plan) {
        int highest = PodInfo.priority(plan.victims().get(0));
        return plan.victims().stream()
                .filter(v -> PodInfo.priority(v) == highest)
                .map(v -> started(PodInfo.of(v)))
                .min(Comparator.naturalOrder())
                .orElse("");
    }

    /** As text, which orders like the times themselves; who has not started comes last. */
    private static String started(PodInfo pod) {
        String start =
                pod.pod().getStatus() == null ? null : pod.pod().getStatus().getStartTime();
        return Objects.requireNonNullElse(start, "9999");
    }

    private static boolean waitsForVictims(Pod pod, List<NodeInfo> nodes, Map<String, Filters.Refusal> refusals) {
        String nominated = Placement.nominatedNode(pod);
        Filters.Refusal refusal = refusals.get(nominated);
        return refusal != null
                && refusal.verdict().preemptionMayHelp()
                && nodes.stream()
                        .filter(n -> n.name().equals(nominated))
                        .flatMap(n -> n.pods().stream())
                        .anyMatch(
                                p -> p.priority() < PodInfo.priority(pod) && p.isTerminating() && isPreempted(p.pod()));
    }

    private static boolean isPreempted(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("DisruptionTarget")
                                && "True".equals(c.getStatus())
                                && "PreemptionByScheduler".equals(c.getReason()));
    }

    /** Pods are told apart by being another object: comparing them field by field would take long. */
    static <T> Set<T> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Filters.Refusal because(String reason) {
        return new Filters.Refusal(Filter.Verdict.unfit(reason), "DefaultPreemption");
    }
}
