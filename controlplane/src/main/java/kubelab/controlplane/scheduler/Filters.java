package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All filters, asked in their order; the first that refuses a node has the word. */
final class Filters {
    private final List<Filter> filters;

    Filters(List<Filter> filters) {
        this.filters = List.copyOf(filters);
    }

    /** A node's refusal and whose it is. */
    record Refusal(Filter.Verdict verdict, String by) {}

    /**
     * Prepares all filters for one Pod.
     *
     * @param nominated node → Pods that are to come there and go before this one: it must fit beside them, and also
     *     without them, for they may never come
     * @throws Filter.Unschedulable no node can ever do
     */
    Prepared prepare(Pod pod, List<NodeInfo> nodes, Map<String, List<PodInfo>> nominated) {
        Set<String> only = null;
        String whose = "";
        for (Filter filter : filters) {
            Optional<Set<String>> named = filter.onlyNodes(pod);
            if (named.isPresent()) {
                Set<String> both = new HashSet<>(named.get());
                if (only != null) {
                    both.retainAll(only);
                }
                only = both;
                whose = filter.name();
            }
        }
        List<Filter.Check> now = checks(pod, nodes);
        if (nominated.isEmpty()) {
            return new Prepared(Optional.ofNullable(only), whose, List.of(), now, Map.of());
        }
        List<NodeInfo> later = new ArrayList<>(nodes.size());
        for (NodeInfo node : nodes) {
            List<PodInfo> coming = nominated.get(node.name());
            later.add(coming == null ? node : node.with(coming));
        }
        return new Prepared(Optional.ofNullable(only), whose, checks(pod, later), now, nominated);
    }

    private List<Filter.Check> checks(Pod pod, List<NodeInfo> nodes) {
        List<Filter.Check> checks = new ArrayList<>(filters.size());
        for (Filter filter : filters) {
            try {
                checks.add(filter.prepare(pod, nodes));
            } catch (Filter.Unschedulable e) {
                throw e.of(filter.name());
            }
        }
        return checks;
    }

    /** The filters as they see one Pod and the cluster. */
    final class Prepared {
        private final Optional<Set<String>> only;
        private final String whose;
        private final List<Filter.Check> withNominated;
        private final List<Filter.Check> checks;
        private final Map<String, List<PodInfo>> nominated;

        private Prepared(
                Optional<Set<String>> only,
                String whose,
                List<Filter.Check> withNominated,
                List<Filter.Check> checks,
                Map<String, List<PodInfo>> nominated) {
            this.only = only;
            this.whose = whose;
            this.withNominated = withNominated;
            this.checks = checks;
            this.nominated = nominated;
        }

        /** Why the node will not do; empty when it will. */
        Optional<Refusal> refusal(NodeInfo node) {
            if (only.isPresent() && !only.get().contains(node.name())) {
                return Optional.of(
                        new Refusal(Filter.Verdict.unfit("node(s) didn't satisfy plugin(s) [" + whose + "]"), whose));
            }
            List<PodInfo> coming = nominated.get(node.name());
            if (coming != null) {
                Optional<Refusal> refused = first(withNominated, node.with(coming));
                if (refused.isPresent()) {
                    return refused;
                }
            }
            return first(checks, node);
        }

        private Optional<Refusal> first(List<Filter.Check> asked, NodeInfo node) {
            for (int i = 0; i < asked.size(); i++) {
                Filter.Verdict verdict = asked.get(i).of(node);
                if (!verdict.isOk()) {
                    return Optional.of(new Refusal(verdict, filters.get(i).name()));
                }
            }
            return Optional.empty();
        }
    }
}
