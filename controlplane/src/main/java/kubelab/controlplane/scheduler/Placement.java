package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Filter, then score: the decision itself, as a function of a Pod and what the nodes look like. */
public final class Placement {
    private final Filters filters;
    private final List<Score> scores;
    private final Preemption preemption;
    private final Random random;

    /** What came out. */
    public sealed interface Decision {
        /** @param node the best of {@code feasible} nodes */
        record Place(String node, int feasible) implements Decision {}

        /**
         * @param message upstream's "0/3 nodes are available: …"
         * @param rejectedBy the filters that said no somewhere; a change they care about is worth another try
         * @param preemption who could make room, or why nobody can
         */
        record Nowhere(String message, Set<String> rejectedBy, Preemption.Outcome preemption) implements Decision {}
    }

    Placement(List<Filter> filters, List<Score> scores, ClusterLister lister, Random random) {
        this.filters = new Filters(filters);
        this.scores = List.copyOf(scores);
        this.preemption = new Preemption(this.filters, lister);
        this.random = random;
    }

    /** The rules of upstream's default profile, in its order. */
    public static Placement standard(Random random, ClusterLister lister) {
        Taints taints = new Taints();
        NodeAffinityRule nodeAffinity = new NodeAffinityRule();
        ResourcesFit fit = new ResourcesFit();
        PodAffinityRule podAffinity = new PodAffinityRule(lister);
        return new Placement(
                List.of(
                        new NodeRules.Unschedulable(),
                        new NodeRules.Named(),
                        taints,
                        nodeAffinity,
                        new NodeRules.NodePorts(),
                        fit,
                        new VolumeRestrictions(lister.volumes()),
                        new VolumeBinding(lister.volumes()),
                        new TopologySpread(),
                        podAffinity),
                List.of(
                        taints,
                        nodeAffinity,
                        fit,
                        new BalancedAllocation(),
                        new ImageLocality(),
                        new SpreadScore(lister),
                        podAffinity),
                lister,
                random);
    }

    /** As {@link #decide(Pod, List, Map)}, with no other Pod nominated anywhere. */
    public Decision decide(Pod pod, List<NodeInfo> nodes) {
        return decide(pod, nodes, Map.of());
    }

    // tag::decide[]
    /** @param nominated node → Pods that are to come there, of this one's priority or a higher one */
    Decision decide(Pod pod, List<NodeInfo> nodes, Map<String, List<PodInfo>> nominated) {
        if (nodes.isEmpty()) {
            return new Decision.Nowhere("no nodes available to schedule pods", Set.of(), Preemption.NOT_TRIED);
        }
        List<NodeInfo> feasible = new ArrayList<>();
        Map<String, Filters.Refusal> refusals = new LinkedHashMap<>();
        try {
            Filters.Prepared prepared = filters.prepare(pod, nodes, nominated);
            for (NodeInfo node : nodes) {
                prepared.refusal(node)
                        .ifPresentOrElse(refusal -> refusals.put(node.name(), refusal), () -> feasible.add(node));
            }
        } catch (Filter.Unschedulable e) {
            return rejected(pod, nodes, nominated, e);
        }
        if (feasible.isEmpty()) {
            Set<String> rejectedBy = new LinkedHashSet<>();
            refusals.values().forEach(r -> rejectedBy.add(r.by()));
            return nowhere(pod, nodes, nominated, FitError.counted(refusals.values()), refusals, rejectedBy);
        }
        return new Decision.Place(best(pod, feasible, nodes).name(), feasible.size());
    }

    private NodeInfo best(Pod pod, List<NodeInfo> feasible, List<NodeInfo> all) {
        // Where room was made for it, there it goes.
        Optional<NodeInfo> nominated = feasible.stream()
                .filter(n -> n.name().equals(nominatedNode(pod)))
                .findFirst();
        if (nominated.isPresent() || feasible.size() == 1) {
            return nominated.orElse(feasible.get(0));
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

    private Decision.Nowhere nowhere(
            Pod pod,
            List<NodeInfo> nodes,
            Map<String, List<PodInfo>> nominated,
            String reasons,
            Map<String, Filters.Refusal> refusals,
            Set<String> rejectedBy) {
        Preemption.Outcome outcome = preemption.plan(pod, nodes, nominated, refusals);
        String message = FitError.message(nodes.size(), reasons);
        if (outcome instanceof Preemption.Impossible impossible) {
            message += " no new claims to deallocate, preemption: " + impossible.why();
        }
        return new Decision.Nowhere(message, rejectedBy, outcome);
    }

    /**
     * A filter said no before it saw a node. Upstream's plug-in for dynamic resources has prepared nothing then, and fails when it
     * is asked for a way out: its two words are what is said of preemption.
     */
    private Decision.Nowhere rejected(
            Pod pod, List<NodeInfo> nodes, Map<String, List<PodInfo>> nominated, Filter.Unschedulable why) {
        return new Decision.Nowhere(
                FitError.message(nodes.size(), String.valueOf(why.getMessage())) + " not found",
                Set.of(why.by()),
                preemption.plan(pod, nodes, nominated, Map.of()));
    }

    static String nominatedNode(Pod pod) {
        String node = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        return node == null ? "" : node;
    }
}
