package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Near some Pods, away from others. "Near" means: in the same topology domain, that is on nodes with the same value of a
 * label. Anti-affinity holds both ways: a Pod that is running may forbid a new one.
 *
 * <p>Simplified: namespaceSelector is taken as "all namespaces" when it is present and empty, and not looked at otherwise;
 * matchLabelKeys are not looked at.
 */
final class PodAffinityRule implements Filter, Score {

    private record Domain(String key, String value) {}

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        List<PodAffinityTerm> wanted = required(pod);
        List<PodAffinityTerm> unwanted = requiredAnti(pod);
        Map<PodAffinityTerm, Set<Domain>> present = new HashMap<>();
        Set<Domain> forbidden = new HashSet<>();
        for (NodeInfo node : nodes) {
            for (Pod other : node.pods()) {
                for (PodAffinityTerm term : wanted) {
                    note(term, pod, other, node, present);
                }
                for (PodAffinityTerm term : unwanted) {
                    note(term, pod, other, node, present);
                }
                for (PodAffinityTerm term : requiredAnti(other)) {
                    if (matches(term, other, pod) && domain(term, node) != null) {
                        forbidden.add(domain(term, node));
                    }
                }
            }
        }
        // The first Pod of a group that wants to be near its own kind has nobody to be near to.
        boolean first = wanted.stream().allMatch(t -> matches(t, pod, pod) && !present.containsKey(t));
        return node -> {
            for (PodAffinityTerm term : wanted) {
                Domain domain = domain(term, node);
                boolean near =
                        domain != null && present.getOrDefault(term, Set.of()).contains(domain);
                if (domain == null || !near && !first) {
                    return Verdict.unfit("node(s) didn't match pod affinity rules");
                }
            }
            for (PodAffinityTerm term : unwanted) {
                Domain domain = domain(term, node);
                if (domain != null && present.getOrDefault(term, Set.of()).contains(domain)) {
                    return Verdict.occupied("node(s) didn't match pod anti-affinity rules");
                }
            }
            if (forbidden.stream().anyMatch(d -> d.value().equals(node.label(d.key())))) {
                return Verdict.occupied("node(s) didn't satisfy existing pods anti-affinity rules");
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
        Map<Domain, Long> marks = new HashMap<>();
        List<WeightedPodAffinityTerm> near = preferred(pod);
        List<WeightedPodAffinityTerm> away = preferredAnti(pod);
        for (NodeInfo node : all) {
            for (Pod other : node.pods()) {
                near.forEach(t -> add(marks, t.getPodAffinityTerm(), pod, other, node, t.getWeight()));
                away.forEach(t -> add(marks, t.getPodAffinityTerm(), pod, other, node, -t.getWeight()));
                preferred(other).forEach(t -> add(marks, t.getPodAffinityTerm(), other, pod, node, t.getWeight()));
                preferredAnti(other).forEach(t -> add(marks, t.getPodAffinityTerm(), other, pod, node, -t.getWeight()));
                required(other).forEach(t -> add(marks, t, other, pod, node, 1));
            }
        }
        long[] sums = new long[candidates.size()];
        if (marks.isEmpty()) {
            return sums;
        }
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < sums.length; i++) {
            for (var mark : marks.entrySet()) {
                if (mark.getKey()
                        .value()
                        .equals(candidates.get(i).label(mark.getKey().key()))) {
                    sums[i] += mark.getValue();
                }
            }
            lowest = Math.min(lowest, sums[i]);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] -= lowest;
        }
        return Score.normalise(sums, false);
    }

    private static void add(
            Map<Domain, Long> marks, PodAffinityTerm term, Pod owner, Pod other, NodeInfo node, long weight) {
        Domain domain = domain(term, node);
        if (domain != null && matches(term, owner, other)) {
            marks.merge(domain, weight, Long::sum);
        }
    }

    private static void note(
            PodAffinityTerm term, Pod owner, Pod other, NodeInfo node, Map<PodAffinityTerm, Set<Domain>> present) {
        Domain domain = domain(term, node);
        if (domain != null && matches(term, owner, other)) {
            present.computeIfAbsent(term, t -> new HashSet<>()).add(domain);
        }
    }

    /** Whether the term of {@code owner} speaks of {@code other}. */
    private static boolean matches(PodAffinityTerm term, Pod owner, Pod other) {
        List<String> namespaces = new ArrayList<>(term.getNamespaces());
        if (namespaces.isEmpty() && term.getNamespaceSelector() == null) {
            namespaces.add(owner.getMetadata().getNamespace());
        }
        boolean anywhere = term.getNamespaceSelector() != null;
        return (anywhere || namespaces.contains(other.getMetadata().getNamespace()))
                && Labels.match(term.getLabelSelector(), other.getMetadata().getLabels());
    }

    private static @Nullable Domain domain(PodAffinityTerm term, NodeInfo node) {
        String value = node.label(term.getTopologyKey());
        return value == null ? null : new Domain(term.getTopologyKey(), value);
    }

    private static List<PodAffinityTerm> required(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<PodAffinityTerm> requiredAnti(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<WeightedPodAffinityTerm> preferred(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    private static List<WeightedPodAffinityTerm> preferredAnti(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }
}
