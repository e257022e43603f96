package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/**
 * Near some Pods, away from others. "Near" means: in the same topology domain, that is on nodes with the same value of a
 * label. Anti-affinity holds both ways: a Pod that is running may forbid a new one.
 */
final class PodAffinityRule implements Filter, Score {

    private record Domain(String key, String value) {}

    private final ClusterLister lister;

    PodAffinityRule(ClusterLister lister) {
        this.lister = lister;
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        Terms terms = new Terms(lister);
        List<PodAffinityTerm> wanted = PodInfo.required(pod);
        List<PodAffinityTerm> unwanted = PodInfo.requiredAnti(pod);
        Set<Domain> near = new HashSet<>();
        Set<Domain> occupied = new HashSet<>();
        Set<Domain> forbidden = new HashSet<>();
        boolean looksAround = !wanted.isEmpty() || !unwanted.isEmpty();
        for (NodeInfo node : nodes) {
            for (PodInfo other : looksAround ? node.pods() : List.<PodInfo>of()) {
                // A Pod to be near to must be one that all terms speak of.
                if (!wanted.isEmpty() && wanted.stream().allMatch(t -> terms.match(t, pod, other.pod()))) {
                    wanted.forEach(t -> note(near, t, node));
                }
                for (PodAffinityTerm term : unwanted) {
                    if (terms.match(term, pod, other.pod())) {
                        note(occupied, term, node);
                    }
                }
            }
            for (PodInfo other : node.affine()) {
                for (PodAffinityTerm term : PodInfo.requiredAnti(other.pod())) {
                    if (terms.match(term, other.pod(), pod)) {
                        note(forbidden, term, node);
                    }
                }
            }
        }
        // The first Pod of a group that wants to be near its own kind has nobody to be near to.
        boolean first = near.isEmpty() && wanted.stream().allMatch(t -> terms.match(t, pod, pod));
        return node -> {
            for (PodAffinityTerm term : wanted) {
                Domain domain = domain(term, node);
                if (domain == null || !near.contains(domain) && !first) {
                    return Verdict.unfit("node(s) didn't match pod affinity rules");
                }
            }
            for (PodAffinityTerm term : unwanted) {
                Domain domain = domain(term, node);
                if (domain != null && occupied.contains(domain)) {
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
        Terms terms = new Terms(lister);
        Map<Domain, Long> marks = new HashMap<>();
        List<WeightedPodAffinityTerm> near = PodInfo.preferred(pod);
        List<WeightedPodAffinityTerm> away = PodInfo.preferredAnti(pod);
        boolean picky = !near.isEmpty() || !away.isEmpty();
        for (NodeInfo node : all) {
            for (PodInfo info : picky ? node.pods() : List.<PodInfo>of()) {
                Pod other = info.pod();
                near.forEach(t -> add(marks, terms, t.getPodAffinityTerm(), pod, other, node, t.getWeight()));
                away.forEach(t -> add(marks, terms, t.getPodAffinityTerm(), pod, other, node, -t.getWeight()));
            }
            for (PodInfo info : node.affine()) {
                Pod other = info.pod();
                PodInfo.preferred(other)
                        .forEach(t -> add(marks, terms, t.getPodAffinityTerm(), other, pod, node, t.getWeight()));
                PodInfo.preferredAnti(other)
                        .forEach(t -> add(marks, terms, t.getPodAffinityTerm(), other, pod, node, -t.getWeight()));
                PodInfo.required(other).forEach(t -> add(marks, terms, t, other, pod, node, 1));
            }
        }
        return stretch(candidates, marks);
    }

    /** Between the least and the most attractive node. */
    private static long[] stretch(List<NodeInfo> candidates, Map<Domain, Long> marks) {
        long[] sums = new long[candidates.size()];
        if (marks.isEmpty()) {
            return sums;
        }
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (int i = 0; i < sums.length; i++) {
            for (var mark : marks.entrySet()) {
                if (mark.getKey()
                        .value()
                        .equals(candidates.get(i).label(mark.getKey().key()))) {
                    sums[i] += mark.getValue();
                }
            }
            lowest = Math.min(lowest, sums[i]);
            highest = Math.max(highest, sums[i]);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = highest == lowest ? 0 : (long) (MAX * ((sums[i] - lowest) / (double) (highest - lowest)));
        }
        return sums;
    }

    private static void add(
            Map<Domain, Long> marks,
            Terms terms,
            PodAffinityTerm term,
            Pod owner,
            Pod other,
            NodeInfo node,
            long weight) {
        Domain domain = domain(term, node);
        if (domain != null && terms.match(term, owner, other)) {
            marks.merge(domain, weight, Long::sum);
        }
    }

    private static void note(Set<Domain> domains, PodAffinityTerm term, NodeInfo node) {
        Domain domain = domain(term, node);
        if (domain != null) {
            domains.add(domain);
        }
    }

    private static @Nullable Domain domain(PodAffinityTerm term, NodeInfo node) {
        String value = node.label(term.getTopologyKey());
        return value == null ? null : new Domain(term.getTopologyKey(), value);
    }

    /** Decides which Pods a term speaks of; asks for the namespaces' labels once, and only if a term wants to know. */
    private static final class Terms {
        private final ClusterLister lister;
        private @Nullable Map<String, Map<String, String>> namespaces;

        Terms(ClusterLister lister) {
            this.lister = lister;
        }

        /** Whether the term of {@code owner} speaks of {@code other}. */
        boolean match(PodAffinityTerm term, Pod owner, Pod other) {
            return LabelSelectors.match(
                            term.getLabelSelector(), other.getMetadata().getLabels())
                    && inNamespace(term, owner, other.getMetadata().getNamespace());
        }

        private boolean inNamespace(PodAffinityTerm term, Pod owner, String namespace) {
            if (term.getNamespaces().contains(namespace)) {
                return true;
            }
            if (term.getNamespaceSelector() == null) {
                return term.getNamespaces().isEmpty()
                        && Objects.equals(owner.getMetadata().getNamespace(), namespace);
            }
            if (namespaces == null) {
                namespaces = lister.namespaces();
            }
            return LabelSelectors.match(term.getNamespaceSelector(), namespaces.getOrDefault(namespace, Map.of()));
        }
    }
}
