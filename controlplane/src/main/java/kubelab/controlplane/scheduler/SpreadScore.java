package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.labels.LabelSelectors;

/**
 * Prefers the emptier topology domains: by the Pod's ScheduleAnyway constraints, or, for a Pod without any, by nodes and
 * zones among the Pods of the same Services and owner.
 *
 * <p>Source: {@code pkg/scheduler/framework/plugins/podtopologyspread/scoring.go}, 1.34.
 *
 * <p>Simplified: the score counts the Pods that have the same owner, where upstream counts the Pods that the owner's
 * selector matches.
 */
final class SpreadScore implements Score {
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final LabelSelector EVERYTHING = new LabelSelector();

    private final ClusterLister lister;

    SpreadScore(ClusterLister lister) {
        this.lister = lister;
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        List<TopologySpreadConstraint> soft = TopologySpread.constraints(pod, "ScheduleAnyway");
        boolean own = !soft.isEmpty()
                || !TopologySpread.constraints(pod, "DoNotSchedule").isEmpty();
        String owner = own ? "" : PodInfo.owner(pod);
        if (!own) {
            soft = standard(pod, owner);
        }
        if (soft.isEmpty()) {
            return new long[candidates.size()];
        }
        List<TopologySpreadConstraint> constraints = soft;
        // A node without the labels is no part of the picture; for the standard constraints it may be.
        Set<NodeInfo> ignored = Preemption.identitySet();
        if (own) {
            candidates.stream()
                    .filter(n -> !TopologySpread.hasLabels(n, constraints))
                    .forEach(ignored::add);
        }
        double[] sums = new double[candidates.size()];
        for (TopologySpreadConstraint constraint : constraints) {
            add(sums, pod, owner, constraint, candidates, own ? constraints : List.of(), ignored, all);
        }
        return normalise(sums, candidates, ignored);
    }

    private static void add(
            double[] sums,
            Pod pod,
            String owner,
            TopologySpreadConstraint constraint,
            List<NodeInfo> candidates,
            List<TopologySpreadConstraint> needed,
            Set<NodeInfo> ignored,
            List<NodeInfo> all) {
        String key = constraint.getTopologyKey();
        boolean perNode = key.equals(HOSTNAME);
        Map<String, Integer> counts = new HashMap<>();
        for (NodeInfo node : candidates) {
            String domain = node.label(key);
            if (domain != null && !ignored.contains(node)) {
                counts.put(domain, 0);
            }
        }
        for (NodeInfo node : perNode ? List.<NodeInfo>of() : all) {
            String domain = node.label(key);
            if (domain != null
                    && counts.containsKey(domain)
                    && TopologySpread.hasLabels(node, needed)
                    && TopologySpread.isCounted(pod, constraint, node)) {
                counts.merge(domain, matching(pod, owner, constraint, node), Integer::sum);
            }
        }
        // With more domains a difference between two of them matters more.
        double weight = Math.log((perNode ? candidates.size() - ignored.size() : counts.size()) + 2);
        for (int i = 0; i < sums.length; i++) {
            NodeInfo node = candidates.get(i);
            String domain = node.label(key);
            if (domain != null && !ignored.contains(node)) {
                int count = perNode ? matching(pod, owner, constraint, node) : counts.getOrDefault(domain, 0);
                sums[i] += count * weight + (constraint.getMaxSkew() - 1);
            }
        }
    }

    private static long[] normalise(double[] sums, List<NodeInfo> candidates, Set<NodeInfo> ignored) {
        long lowest = Long.MAX_VALUE;
        long highest = 0;
        for (int i = 0; i < sums.length; i++) {
            if (!ignored.contains(candidates.get(i))) {
                lowest = Math.min(lowest, Math.round(sums[i]));
                highest = Math.max(highest, Math.round(sums[i]));
            }
        }
        long[] marks = new long[sums.length];
        for (int i = 0; i < marks.length; i++) {
            if (!ignored.contains(candidates.get(i))) {
                marks[i] = highest == 0 ? MAX : MAX * (highest + lowest - Math.round(sums[i])) / highest;
            }
        }
        return marks;
    }

    private static int matching(Pod pod, String owner, TopologySpreadConstraint constraint, NodeInfo node) {
        if (owner.isEmpty()) {
            return TopologySpread.matching(pod, constraint, node);
        }
        if (isEverything(constraint.getLabelSelector())) {
            return node.siblings().getOrDefault(owner, 0);
        }
        int count = 0;
        for (PodInfo other : node.pods()) {
            if (owner.equals(other.owner())
                    && !other.isTerminating()
                    && LabelSelectors.match(
                            constraint.getLabelSelector(),
                            other.pod().getMetadata().getLabels())) {
                count++;
            }
        }
        return count;
    }

    private static boolean isEverything(LabelSelector selector) {
        return (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
                && (selector.getMatchExpressions() == null
                        || selector.getMatchExpressions().isEmpty());
    }

    /** What upstream applies to every Pod of a Service, ReplicaSet or StatefulSet. */
    private List<TopologySpreadConstraint> standard(Pod pod, String owner) {
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        Map<String, String> selected = new HashMap<>();
        for (Service service : lister.services(pod.getMetadata().getNamespace())) {
            Map<String, String> selector =
                    Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
            if (!selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet())) {
                selected.putAll(selector);
            }
        }
        if (selected.isEmpty() && owner.isEmpty()) {
            return List.of();
        }
        LabelSelector selector = selected.isEmpty()
                ? EVERYTHING
                : new LabelSelectorBuilder().withMatchLabels(selected).build();
        List<TopologySpreadConstraint> standard = new ArrayList<>();
        standard.add(anyway(HOSTNAME, 3, selector));
        standard.add(anyway("topology.kubernetes.io/zone", 5, selector));
        return standard;
    }

    private static TopologySpreadConstraint anyway(String key, int maxSkew, LabelSelector selector) {
        return new TopologySpreadConstraintBuilder()
                .withTopologyKey(key)
                .withMaxSkew(maxSkew)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withLabelSelector(selector)
                .build();
    }
}
