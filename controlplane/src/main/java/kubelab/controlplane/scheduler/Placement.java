package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Filter, then score: the decision itself, as a function of a Pod and what the nodes look like. */
public final class Placement {
    private final List<Filter> filters;
    private final List<Score> scores;
    private final Random random;

    /** What came out. */
    public sealed interface Decision {
        /** @param node the best of {@code feasible} nodes */
        record Place(String node, int feasible) implements Decision {}

        /**
         * @param message upstream's "0/3 nodes are available: …"
         * @param rejectedBy the filters that said no somewhere; a change they care about is worth another try
         */
        record Nowhere(String message, Set<String> rejectedBy) implements Decision {}
    }

    public Placement(List<Filter> filters, List<Score> scores, Random random) {
        this.filters = List.copyOf(filters);
        this.scores = List.copyOf(scores);
        this.random = random;
    }

    /** The rules of upstream's default profile, in its order. */
    public static Placement standard(Random random) {
        Taints taints = new Taints();
        NodeAffinityRule nodeAffinity = new NodeAffinityRule();
        ResourcesFit fit = new ResourcesFit();
        TopologySpread spread = new TopologySpread();
        PodAffinityRule podAffinity = new PodAffinityRule();
        return new Placement(
                List.of(
                        new NodeRules.Unschedulable(),
                        new NodeRules.Named(),
                        taints,
                        nodeAffinity,
                        new NodeRules.HostPorts(),
                        fit,
                        spread,
                        podAffinity),
                List.of(taints, nodeAffinity, fit, new BalancedAllocation(), spread, podAffinity),
                random);
    }

    // tag::decide[]
    public Decision decide(Pod pod, List<NodeInfo> nodes) {
        if (nodes.isEmpty()) {
            return new Decision.Nowhere("no nodes available to schedule pods", Set.of());
        }
        Map<Filter, Filter.Check> checks = new LinkedHashMap<>();
        for (Filter filter : filters) {
            try {
                checks.put(filter, filter.prepare(pod, nodes));
            } catch (Filter.Unschedulable e) {
                return new Decision.Nowhere(
                        "0/" + nodes.size() + " nodes are available: " + e.getMessage() + ".", Set.of(filter.name()));
            }
        }
        List<NodeInfo> feasible = new ArrayList<>();
        List<Filter.Verdict> refusals = new ArrayList<>();
        Set<String> rejectedBy = new LinkedHashSet<>();
        for (NodeInfo node : nodes) {
            boolean fits = true;
            for (var check : checks.entrySet()) {
                Filter.Verdict verdict = check.getValue().of(node);
                if (!verdict.isOk()) {
                    refusals.add(verdict);
                    rejectedBy.add(check.getKey().name());
                    fits = false;
                    break;
                }
            }
            if (fits) {
                feasible.add(node);
            }
        }
        if (feasible.isEmpty()) {
            return new Decision.Nowhere(message(nodes.size(), refusals), rejectedBy);
        }
        return new Decision.Place(best(pod, feasible, nodes).name(), feasible.size());
    }

    private NodeInfo best(Pod pod, List<NodeInfo> feasible, List<NodeInfo> all) {
        if (feasible.size() == 1) {
            return feasible.get(0);
        }
        long[] total = new long[feasible.size()];
        for (Score score : scores) {
            long[] marks = score.of(pod, feasible, all);
            for (int i = 0; i < total.length; i++) {
                total[i] += marks[i] * score.weight();
            }
        }
        NodeInfo best = feasible.get(0);
        long highest = Long.MIN_VALUE;
        int equals = 0;
        for (int i = 0; i < total.length; i++) {
            if (total[i] > highest) {
                highest = total[i];
                best = feasible.get(i);
                equals = 1;
            } else if (total[i] == highest && random.nextInt(++equals) == 0) {
                best = feasible.get(i); // each of the equally good has the same chance
            }
        }
        return best;
    }
    // end::decide[]

    /**
     * Why nothing fits, reasons with the number of nodes they hold for.
     *
     * <p>Simplified: no Pod is ever preempted yet; where upstream would look for victims the text says that there are none.
     */
    private static String message(int nodes, List<Filter.Verdict> refusals) {
        Map<String, Long> reasons = refusals.stream()
                .flatMap(v -> v.reasons().stream())
                .collect(Collectors.groupingBy(r -> r, TreeMap::new, Collectors.counting()));
        Map<String, Long> preemption = refusals.stream()
                .collect(Collectors.groupingBy(
                        v -> v.preemptionMayHelp()
                                ? "No preemption victims found for incoming pod"
                                : "Preemption is not helpful for scheduling",
                        TreeMap::new,
                        Collectors.counting()));
        return "0/" + nodes + " nodes are available: " + counted(reasons)
                + ". no new claims to deallocate, preemption: 0/" + nodes + " nodes are available: "
                + counted(preemption) + ".";
    }

    private static String counted(Map<String, Long> reasons) {
        return reasons.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
