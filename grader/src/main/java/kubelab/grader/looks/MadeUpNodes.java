package kubelab.grader.looks;

import java.util.List;
import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;
import kubelab.labkit.PodScheduler;
import kubelab.labkit.PodScheduler.Allocatable;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;
import kubelab.labkit.PodScheduler.Taint;
import kubelab.labkit.PodScheduler.Toleration;

/** Questions to a scheduler's decisions, about nodes that are not there: full ones would be in other Pods' way. */
public final class MadeUpNodes {
    private static final long GIBI = 1L << 30;
    /** More than any question needs. */
    public static final Allocatable ROOMY = new Allocatable(8000, 32 * GIBI, 110);

    private MadeUpNodes() {}

    /**
     * A question to filter, and the answer that is right.
     *
     * @param what the node in words, as in {@code a cordoned node}
     */
    public record Case(String what, boolean fits, PodInfo pod, NodeInfo node) {}

    /** @param cpu in millicores */
    public static PodInfo pod(long cpu, long memory, Toleration... tolerations) {
        return new PodInfo("default", "made-up", Map.of(), cpu, memory, Map.of(), List.of(tolerations), 0);
    }

    /** A Pod that requests nothing and asks for these labels. */
    public static PodInfo choosy(Map<String, String> selector) {
        return new PodInfo("default", "made-up", Map.of(), 0, 0, selector, List.of(), 0);
    }

    public static NodeInfo node(Allocatable allocatable, PodInfo... pods) {
        return new NodeInfo("made-up", Map.of(), List.of(), false, allocatable, List.of(pods));
    }

    /** A roomy one. */
    public static NodeInfo labelled(Map<String, String> labels) {
        return new NodeInfo("made-up", labels, List.of(), false, ROOMY, List.of());
    }

    /** An empty and roomy one. */
    public static NodeInfo tainted(Taint... taints) {
        return tainted(node(ROOMY), taints);
    }

    /** The same node with these taints. */
    public static NodeInfo tainted(NodeInfo node, Taint... taints) {
        return new NodeInfo(
                node.name(), node.labels(), List.of(taints), node.unschedulable(), node.allocatable(), node.pods());
    }

    /** An empty and roomy one. */
    public static NodeInfo cordoned() {
        return new NodeInfo("made-up", Map.of(), List.of(), true, ROOMY, List.of());
    }

    /** Asks the answer's filter all of them. */
    public static Observation ask(CheckContext run, List<Case> cases) {
        PodScheduler answer = run.component(PodScheduler.class);
        for (Case c : cases) {
            if (answer.filter(c.pod(), c.node()) != c.fits()) {
                return Observation.never(
                        c.fits() ? "filter takes " + c.what() : "filter refuses " + c.what(),
                        c.fits() ? "it refuses it" : "it takes it");
            }
        }
        return Observation.holds(cases.size() + " nodes judged rightly");
    }

    /**
     * Two nodes of which score must prefer one.
     *
     * @param what that is, as in {@code the emptier node}
     */
    public record Pair(String what, PodInfo pod, NodeInfo better, NodeInfo worse) {}

    /** Asks the answer's score for all of them. */
    public static Observation compare(CheckContext run, List<Pair> pairs, String praise) {
        PodScheduler answer = run.component(PodScheduler.class);
        for (Pair pair : pairs) {
            if (answer.score(pair.pod(), pair.better()) <= answer.score(pair.pod(), pair.worse())) {
                return Observation.never("a higher score for " + pair.what(), "not a higher one");
            }
        }
        return Observation.holds(praise);
    }
}
