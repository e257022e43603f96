package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        return node ->
                matches(pod, node) ? Verdict.ok() : Verdict.unfit("node(s) didn't match Pod's node affinity/selector");
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
                    .filter(p -> matches(p.getPreference(), node))
                    .mapToLong(p -> p.getWeight())
                    .sum();
        }
        return Score.normalise(marks, false);
    }

    static boolean matches(Pod pod, NodeInfo node) {
        Map<String, String> selector = Objects.requireNonNullElse(pod.getSpec().getNodeSelector(), Map.of());
        if (!selector.entrySet().stream().allMatch(e -> e.getValue().equals(node.label(e.getKey())))) {
            return false;
        }
        NodeAffinity affinity = NodeInfo.affinity(pod).getNodeAffinity();
        if (affinity == null || affinity.getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return true;
        }
        return affinity.getRequiredDuringSchedulingIgnoredDuringExecution().getNodeSelectorTerms().stream()
                .anyMatch(term -> matches(term, node));
    }

    /** All requirements of a term must hold; a term without any matches nothing. */
    private static boolean matches(NodeSelectorTerm term, NodeInfo node) {
        List<NodeSelectorRequirement> expressions = term.getMatchExpressions();
        List<NodeSelectorRequirement> fields = term.getMatchFields();
        if (expressions.isEmpty() && fields.isEmpty()) {
            return false;
        }
        return expressions.stream().allMatch(e -> matches(e, node.label(e.getKey())))
                && fields.stream().allMatch(f -> f.getKey().equals("metadata.name") && matches(f, node.name()));
    }

    private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
        List<String> values = Objects.requireNonNullElse(requirement.getValues(), List.of());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compare(value, values) > 0;
            case "Lt" -> compare(value, values) < 0;
            default -> false;
        };
    }

    /** How a label compares with the one number of a requirement; 0, so neither more nor less, if one is no number. */
    private static int compare(@Nullable String value, List<String> values) {
        try {
            return value == null || values.isEmpty()
                    ? 0
                    : Long.compare(Long.parseLong(value), Long.parseLong(values.get(0)));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
