package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;

/** Where Pods are, why some are nowhere, and which nodes there are to be on. */
public final class Placement {
    public static final String HOST = "kubernetes.io/hostname";
    public static final String PAUSE = "registry.k8s.io/pause:3.10";

    private Placement() {}

    /** The Pods with the label {@code app=…} that nobody is deleting and that have not ended. */
    public static List<Pod> live(CheckContext run, String app) {
        return run.client().pods().inNamespace(run.namespace()).withLabel("app", app).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .filter(p ->
                        !List.of("Succeeded", "Failed").contains(p.getStatus().getPhase()))
                .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .toList();
    }

    public static Optional<String> node(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).filter(n -> !n.isEmpty());
    }

    public static boolean runs(Pod pod) {
        return "Running".equals(pod.getStatus().getPhase());
    }

    /** What the scheduler said when it found no node; empty as long as it has not said so. */
    public static Optional<String> unschedulable(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> "PodScheduled".equals(c.getType()) && "Unschedulable".equals(c.getReason()))
                .map(PodCondition::getMessage)
                .findFirst();
    }

    /** Nodes that any Pod may go to, by name: ready, not cordoned, not tainted. */
    public static List<Node> nodes(CheckContext run) {
        return run.client().nodes().withLabel(HOST).list().getItems().stream()
                .filter(n -> !Boolean.TRUE.equals(n.getSpec().getUnschedulable()))
                .filter(n -> n.getSpec().getTaints().stream()
                        .noneMatch(t -> List.of("NoSchedule", "NoExecute").contains(t.getEffect())))
                .sorted(Comparator.comparing(n -> n.getMetadata().getName()))
                .toList();
    }

    public static List<String> nodeNames(CheckContext run) {
        return nodes(run).stream().map(n -> n.getMetadata().getName()).toList();
    }

    /** The addresses by which the nodes are known outside. */
    public static List<String> addresses(CheckContext run) {
        return run.client().nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream()
                        .filter(a -> a.getType().equals("InternalIP"))
                        .limit(1))
                .map(a -> a.getAddress())
                .toList();
    }

    /** The value of the label by which Pods ask for this node. */
    public static String host(CheckContext run, String node) {
        return nodes(run).stream()
                .filter(n -> n.getMetadata().getName().equals(node))
                .map(n -> n.getMetadata().getLabels().get(HOST))
                .findFirst()
                .orElse(node);
    }

    /**
     * Makes a Pod that does nothing, on this node; returns once it runs. It names its node and so asks no scheduler:
     * another Pod's anti-affinity could keep it away.
     */
    public static void create(CheckContext run, String name, Map<String, String> labels, String node) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .withTerminationGracePeriodSeconds(1L)
                        .addNewContainer()
                        .withName("main")
                        .withImage(PAUSE)
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        run.await(
                "the running Pod " + name,
                () -> run.pod(name).filter(Placement::runs).isPresent());
        run.touched();
    }

    /** A node that any Pod may go to, as the run's seed will have it. */
    public static String anyNode(CheckContext run) {
        List<String> nodes = nodeNames(run);
        return nodes.get(run.random().nextInt(nodes.size()));
    }

    /** The one after this one by name; the first after the last. */
    public static String nextNode(CheckContext run, String node) {
        List<String> nodes = nodeNames(run);
        return nodes.get((nodes.indexOf(node) + 1) % nodes.size());
    }

    /** Ends the Pod of this name, and makes it again with the label {@code app=NAME} on this node. */
    public static void move(CheckContext run, String name, String node) {
        remove(run, name);
        create(run, name, Map.of("app", name), node);
    }

    /** Makes Pods with the label {@code app=…} on the nodes that have none, so that there is one on each. */
    public static void everywhere(CheckContext run, String app) {
        Set<String> taken = nodesOf(run, app);
        for (String node : nodeNames(run)) {
            if (!taken.contains(node)) {
                create(run, app + "-" + run.word(), Map.of("app", app), node);
            }
        }
    }

    /** Where the Pods with the label {@code app=…} are. */
    public static SortedSet<String> nodesOf(CheckContext run, String app) {
        return nodes(live(run, app));
    }

    /** Where these Pods are. */
    public static SortedSet<String> nodes(List<Pod> pods) {
        return pods.stream().flatMap(p -> node(p).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Ends it at once; returns when it is no more, so that no rule can still see it. */
    public static void remove(CheckContext run, String name) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .withName(name)
                .withGracePeriod(0)
                .delete();
        run.await("the end of " + name, () -> run.pod(name).isEmpty());
        run.touched();
    }
}
