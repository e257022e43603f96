package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Spreads Pods over topology domains (nodes, zones: the values of a node label). DoNotSchedule forbids a domain that
 * would have {@code maxSkew} Pods more than the emptiest; ScheduleAnyway only prefers the emptier.
 *
 * <p>Simplified: minDomains, nodeTaintsPolicy and matchLabelKeys are not looked at. A Pod without constraints is spread
 * over nodes by its owner; upstream spreads it by the Services and sets that select it, over nodes and zones.
 */
final class TopologySpread implements Filter, Score {
    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        List<TopologySpreadConstraint> hard = constraints(pod, "DoNotSchedule");
        Map<TopologySpreadConstraint, Map<String, Integer>> counts = new HashMap<>();
        for (TopologySpreadConstraint constraint : hard) {
            counts.put(constraint, count(pod, constraint, hard, nodes));
        }
        return node -> {
            for (TopologySpreadConstraint constraint : hard) {
                String domain = node.label(constraint.getTopologyKey());
                if (domain == null) {
                    return Verdict.unfit(
                            "node(s) didn't match pod topology spread constraints (missing required label)");
                }
                Map<String, Integer> perDomain = counts.getOrDefault(constraint, Map.of());
                int emptiest = perDomain.values().stream()
                        .mapToInt(Integer::intValue)
                        .min()
                        .orElse(0);
                int self = Labels.match(
                                constraint.getLabelSelector(), pod.getMetadata().getLabels())
                        ? 1
                        : 0;
                if (perDomain.getOrDefault(domain, 0) + self - emptiest > constraint.getMaxSkew()) {
                    return Verdict.occupied("node(s) didn't match pod topology spread constraints");
                }
            }
            return Verdict.ok();
        };
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        long[] marks = new long[candidates.size()];
        List<TopologySpreadConstraint> soft = constraints(pod, "ScheduleAnyway");
        if (soft.isEmpty() && constraints(pod, "DoNotSchedule").isEmpty()) {
            Optional<String> owner = owner(pod);
            if (owner.isEmpty()) {
                return marks;
            }
            for (int i = 0; i < marks.length; i++) {
                marks[i] = candidates.get(i).pods().stream()
                        .filter(p -> owner(p).equals(owner))
                        .count();
            }
            return Score.normalise(marks, true);
        }
        for (TopologySpreadConstraint constraint : soft) {
            Map<String, Integer> perDomain = count(pod, constraint, soft, all);
            for (int i = 0; i < marks.length; i++) {
                String domain = candidates.get(i).label(constraint.getTopologyKey());
                marks[i] += domain == null ? all.size() : perDomain.getOrDefault(domain, 0);
            }
        }
        return Score.normalise(marks, true);
    }

    /** domain → Pods in it that the constraint speaks of; only nodes that the Pod could use at all make a domain. */
    private static Map<String, Integer> count(
            Pod pod,
            TopologySpreadConstraint constraint,
            List<TopologySpreadConstraint> together,
            List<NodeInfo> nodes) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeInfo node : nodes) {
            String domain = node.label(constraint.getTopologyKey());
            boolean counted = together.stream().allMatch(c -> node.label(c.getTopologyKey()) != null);
            if (domain == null || !counted || !NodeAffinityRule.matches(pod, node)) {
                continue;
            }
            int here = (int) node.pods().stream()
                    .filter(p -> Objects.equals(
                            p.getMetadata().getNamespace(), pod.getMetadata().getNamespace()))
                    .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                    .filter(p -> Labels.match(
                            constraint.getLabelSelector(), p.getMetadata().getLabels()))
                    .count();
            counts.merge(domain, here, Integer::sum);
        }
        return counts;
    }

    private static List<TopologySpreadConstraint> constraints(Pod pod, String when) {
        List<TopologySpreadConstraint> all =
                Objects.requireNonNullElse(pod.getSpec().getTopologySpreadConstraints(), List.of());
        return all.stream().filter(c -> when.equals(c.getWhenUnsatisfiable())).toList();
    }

    private static Optional<String> owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(r -> Boolean.TRUE.equals(r.getController()))
                .map(OwnerReference::getUid)
                .findFirst();
    }
}
