package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.nodefit.NodeSelectors;

/** Which nodes a Pod wants: {@code nodeSelector}, required node affinity (filter) and preferred (score). */
final class NodeAffinityRule implements Filter, Score {
    @Override
    public String name() {
        return "NodeAffinity";
    }

    /** Where every term asks for nodes by name, no other node needs to be looked at. */
    @Override
    public Optional<Set<String>> onlyNodes(Pod pod) {
        NodeAffinity affinity = NodeInfo.affinity(pod).getNodeAffinity();
        if (affinity == null || affinity.getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return Optional.empty();
        }
        Set<String> named = new HashSet<>();
        for (NodeSelectorTerm term :
                affinity.getRequiredDuringSchedulingIgnoredDuringExecution().getNodeSelectorTerms()) {
            Set<String> inTerm = null;
            for (NodeSelectorRequirement field : term.getMatchFields()) {
                if (field.getKey().equals("metadata.name") && "In".equals(field.getOperator())) {
                    Set<String> values = new HashSet<>(field.getValues());
                    if (inTerm != null) {
                        values.retainAll(inTerm);
                    }
                    inTerm = values;
                }
            }
            if (inTerm == null) {
                return Optional.empty();
            }
            named.addAll(inTerm);
        }
        if (named.isEmpty()) {
            throw new Unschedulable("pod affinity terms conflict");
        }
        return Optional.of(named);
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        return node -> NodeSelectors.match(pod, node.node())
                ? Verdict.ok()
                : Verdict.unfit("node(s) didn't match Pod's node affinity/selector");
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        NodeAffinity affinity = NodeInfo.affinity(pod).getNodeAffinity();
        long[] marks = new long[candidates.size()];
        if (affinity == null) {
            return marks;
        }
        for (int i = 0; i < marks.length; i++) {
            NodeInfo node = candidates.get(i);
            marks[i] = affinity.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                    .filter(p -> NodeSelectors.matches(p.getPreference(), node.node()))
                    .mapToLong(p -> p.getWeight())
                    .sum();
        }
        return Score.normalise(marks, false);
    }
}
