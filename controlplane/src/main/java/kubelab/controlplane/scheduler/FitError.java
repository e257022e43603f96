package kubelab.controlplane.scheduler;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Upstream's sentence about a Pod that fits nowhere. */
final class FitError {
    private FitError() {}

    /** "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable." */
    static String message(int nodes, String reasons) {
        return "0/" + nodes + " nodes are available: " + reasons + ".";
    }

    // tag::counted[]
    /** Each reason with the number of nodes that gave it, in the order of the text (so "10 …" comes before "2 …"). */
    static String counted(Collection<Filters.Refusal> refusals) {
        Map<String, Integer> reasons = new TreeMap<>();
        refusals.forEach(r -> r.verdict().reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum)));
        return reasons.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }
    // end::counted[]
}
