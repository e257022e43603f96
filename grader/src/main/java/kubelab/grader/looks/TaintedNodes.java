package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/**
 * A hollow node with a taint, and further ones that differ from it in one thing each. Copies of a Deployment's Pods that
 * may only go to some of them show what these Pods tolerate and what they prefer.
 */
public final class TaintedNodes {
    private static final String RESERVED = "reserved";
    private static final String ROOMY = "roomy";
    private static final String TINY = "tiny";
    /** Node → the part of the taint in which it differs, for people. */
    private static final Map<String, String> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put("second", "a second taint with a different key");
        OTHERS.put("value", "a taint with the same key and a different value");
        OTHERS.put("effect", "a second taint with the same key and value and the effect NoExecute");
    }

    private TaintedNodes() {}

    /**
     * Makes the node and the others; returns once they are ready.
     *
     * @param taint with the effect NoSchedule
     * @param labels that only the node itself has
     */
    public static void create(CheckContext run, Taint taint, Map<String, String> labels) {
        String key = taint.getKey();
        HollowNodes.node(run, name(run, RESERVED), "2", "4Gi", labels, taint);
        HollowNodes.node(run, name(run, ROOMY), "640", "4Ti", Map.of(), taint);
        HollowNodes.node(run, name(run, TINY), "1m", "1Mi", Map.of(), taint);
        Taint second = new Taint("NoSchedule", key + "-2", null, taint.getValue());
        HollowNodes.node(run, name(run, "second"), "2", "4Gi", Map.of(), taint, second);
        Taint value = new Taint("NoSchedule", key, null, "another");
        HollowNodes.node(run, name(run, "value"), "2", "4Gi", Map.of(), value);
        Taint effect = new Taint("NoExecute", key, null, taint.getValue());
        HollowNodes.node(run, name(run, "effect"), "2", "4Gi", Map.of(), taint, effect);
    }

    /** Takes the node away once another team's is there: the same taint, and the same labels with other values. */
    public static void replaceByAnothers(CheckContext run) {
        Node node = run.client().nodes().withName(reserved(run)).require();
        Map<String, String> labels = new TreeMap<>();
        node.getMetadata().getLabels().keySet().stream()
                .filter(key -> key.startsWith("team-"))
                .forEach(key -> labels.put(key, "another"));
        Taint taint = node.getSpec().getTaints().stream()
                .filter(t -> !t.getKey().startsWith("node.kubernetes.io/"))
                .findFirst()
                .orElseThrow();
        HollowNodes.node(run, name(run, "anothers"), "2", "4Gi", labels, taint);
        HollowNodes.awaitReady(run);
        HollowNodes.remove(run, reserved(run));
    }

    private static String name(CheckContext run, String which) {
        return HollowNodes.name(run, which);
    }

    /** The node that the others differ from. */
    public static String reserved(CheckContext run) {
        return name(run, RESERVED);
    }

    /** So many Pods of a Deployment, all of them on the node. */
    public static Observation holds(CheckContext run, String deployment, int replicas) {
        String expected = "the " + replicas + " Pods of " + deployment + " on the reserved node";
        List<Pod> pods = Deployments.pods(run, deployment);
        return Deployments.miscounted(run, deployment, replicas, expected).orElseGet(() -> {
            if (pods.stream().anyMatch(p -> Placement.unschedulable(p).isPresent())) {
                return Observation.notYet(expected, "some of them Pending: no node suits them");
            }
            return Placement.nodes(pods).equals(Set.of(reserved(run)))
                    ? Observation.holds("all of them")
                    : Observation.notYet(expected, "some of them are elsewhere");
        });
    }

    /** Sends copies of a Deployment's Pod to the node, to the ordinary ones, and to a pair of which one is better. */
    public static void send(CheckContext run, String deployment) {
        Pod model = Deployments.pods(run, deployment).get(0);
        String which = HollowNodes.WHICH;
        Copies.among(run, model, deployment + "-there", which, List.of(reserved(run)));
        List<String> hosts = Placement.nodeNames(run).stream()
                .map(node -> Placement.host(run, node))
                .toList();
        Copies.among(run, model, deployment + "-elsewhere", Placement.HOST, hosts);
        Copies.among(run, model, deployment + "-roomy", which, List.of(reserved(run), name(run, ROOMY)));
        Copies.among(run, model, deployment + "-tiny", which, List.of(reserved(run), name(run, TINY)));
    }

    /** What {@link #send} has sent may go to the node, and to the ordinary ones. */
    public static Observation mayGoThere(CheckContext run, String deployment) {
        String expected = "Pods like those of " + deployment + " placed on the reserved node, and on an ordinary one";
        return first(
                "allowed, and not bound",
                () -> Copies.notOn(
                        run, deployment + "-there", List.of(reserved(run)), expected, "the reserved node refuses them"),
                () -> Copies.notOn(
                        run,
                        deployment + "-elsewhere",
                        Placement.nodeNames(run),
                        expected,
                        "no ordinary node suits them"));
    }

    /** What {@link #send} has sent chose between two nodes by how much is free there, as Pods do that prefer neither. */
    public static Observation indifferent(CheckContext run, String deployment) {
        String expected = "Pods like those of " + deployment + " placed on the emptier of two nodes with that taint";
        return first(
                "placed by what is free",
                () -> Copies.notOn(
                        run,
                        deployment + "-roomy",
                        List.of(name(run, ROOMY)),
                        expected,
                        "they prefer the reserved node to an emptier one"),
                () -> Copies.notOn(
                        run,
                        deployment + "-tiny",
                        List.of(reserved(run)),
                        expected,
                        "they avoid the reserved node although it is the emptier one"));
    }

    /** Sends copies of the Deployments' Pods, with nothing but their tolerations, to the nodes with other taints. */
    public static void sendToOthers(CheckContext run, String... deployments) {
        for (String deployment : deployments) {
            Pod model = Deployments.pods(run, deployment).get(0);
            for (String other : OTHERS.keySet()) {
                Copies.tolerating(run, model, deployment + "-" + other, HollowNodes.WHICH, name(run, other));
            }
        }
    }

    /** What {@link #sendToOthers} has sent was taken by none of them. */
    public static Observation exact(CheckContext run, String... deployments) {
        for (String deployment : deployments) {
            if (namesItsNode(run, deployment)) {
                return Observation.never(
                        "Pods of " + deployment + " kept away by a taint that differs",
                        "they name their node themselves (nodeName): no scheduler looks at its taints");
            }
        }
        return Stream.of(deployments)
                .flatMap(d -> OTHERS.entrySet().stream()
                        .map(other -> Copies.placed(
                                run,
                                d + "-" + other.getKey(),
                                "Pods of " + d + " kept away by " + other.getValue(),
                                "they tolerate it, too")))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> Observation.holds("this taint and no other"));
    }

    private static boolean namesItsNode(CheckContext run, String deployment) {
        String node = run.client()
                .apps()
                .deployments()
                .inNamespace(run.namespace())
                .withName(deployment)
                .require()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getNodeName();
        return node != null && !node.isEmpty();
    }

    @SafeVarargs
    private static Observation first(String praise, Supplier<Optional<Observation>>... complaints) {
        return Stream.of(complaints)
                .flatMap(c -> c.get().stream())
                .findFirst()
                .orElseGet(() -> Observation.holds(praise));
    }
}
