package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.labels.LabelSelectors;
import kubelab.controlplane.nodefit.NodeSelectors;
import kubelab.controlplane.nodefit.Tolerations;

/**
 * Forbids a topology domain (the nodes with one value of a label: a zone, or a node itself) that would have
 * {@code maxSkew} Pods more than the emptiest. Constraints that only prefer are {@link SpreadScore}'s.
 */
final class TopologySpread implements Filter {
    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        List<TopologySpreadConstraint> hard = constraints(pod, "DoNotSchedule");
        if (hard.isEmpty()) {
            return node -> Verdict.ok();
        }
        List<Map<String, Integer>> counts = new ArrayList<>();
        for (TopologySpreadConstraint constraint : hard) {
            counts.add(count(pod, constraint, hard, nodes));
        }
        return node -> {
            for (int i = 0; i < hard.size(); i++) {
                TopologySpreadConstraint constraint = hard.get(i);
                String domain = node.label(constraint.getTopologyKey());
                if (domain == null) {
                    return Verdict.unfit(
                            "node(s) didn't match pod topology spread constraints (missing required label)");
                }
                Map<String, Integer> perDomain = counts.get(i);
                int itself = LabelSelectors.match(
                                constraint.getLabelSelector(), pod.getMetadata().getLabels())
                        ? 1
                        : 0;
                int skew = perDomain.getOrDefault(domain, 0) + itself - emptiest(constraint, perDomain);
                if (skew > constraint.getMaxSkew()) {
                    return Verdict.occupied("node(s) didn't match pod topology spread constraints");
                }
            }
            return Verdict.ok();
        };
    }

    static List<TopologySpreadConstraint> constraints(Pod pod, String when) {
        List<TopologySpreadConstraint> all =
                Objects.requireNonNullElse(pod.getSpec().getTopologySpreadConstraints(), List.of());
        return all.stream().filter(c -> when.equals(c.getWhenUnsatisfiable())).toList();
    }

    static boolean hasLabels(NodeInfo node, List<TopologySpreadConstraint> constraints) {
        return constraints.stream().allMatch(c -> node.label(c.getTopologyKey()) != null);
    }

    /** With fewer domains than {@code minDomains} there is one more, so to speak, and nobody is in it. */
    private static int emptiest(TopologySpreadConstraint constraint, Map<String, Integer> perDomain) {
        if (constraint.getMinDomains() != null && perDomain.size() < constraint.getMinDomains()) {
            return 0;
        }
        return perDomain.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /** domain → Pods in it that the constraint speaks of; which nodes make a domain the constraint's policies say. */
    private static Map<String, Integer> count(
            Pod pod,
            TopologySpreadConstraint constraint,
            List<TopologySpreadConstraint> together,
            List<NodeInfo> nodes) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeInfo node : nodes) {
            String domain = node.label(constraint.getTopologyKey());
            if (domain != null && hasLabels(node, together) && isCounted(pod, constraint, node)) {
                counts.merge(domain, matching(pod, constraint, node), Integer::sum);
            }
        }
        return counts;
    }

    static boolean isCounted(Pod pod, TopologySpreadConstraint constraint, NodeInfo node) {
        boolean anyAffinity = "Ignore".equals(constraint.getNodeAffinityPolicy());
        boolean anyTaint = !"Honor".equals(constraint.getNodeTaintsPolicy());
        return (anyAffinity || NodeSelectors.match(pod, node.node()))
                && (anyTaint || Tolerations.allowScheduling(pod, node.node()));
    }

    /** How many Pods of a node the constraint speaks of. */
    static int matching(Pod pod, TopologySpreadConstraint constraint, NodeInfo node) {
        String namespace = pod.getMetadata().getNamespace();
        int count = 0;
        for (PodInfo other : node.pods()) {
            if (!other.isTerminating()
                    && Objects.equals(other.pod().getMetadata().getNamespace(), namespace)
                    && LabelSelectors.match(
                            constraint.getLabelSelector(),
                            other.pod().getMetadata().getLabels())) {
                count++;
            }
        }
        return count;
    }
}
