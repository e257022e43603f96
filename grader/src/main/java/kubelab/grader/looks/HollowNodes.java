package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import kubelab.cluster.NodeHeartbeats;
import kubelab.grader.check.CheckContext;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are only objects. The scheduler places Pods on them like on any other; no kubelet starts them, and since such
 * a node has a taint and no host name, nobody else in the cluster is disturbed. They belong to the run's namespace and go
 * with it.
 */
public final class HollowNodes {
    /** The label that has the node's name. */
    public static final String WHICH = "lab.kubelab.dev/hollow-node";

    private static final String OWNER = "lab.kubelab.dev/hollow-for";

    private HollowNodes() {}

    /** How the run's node of this kind is called. */
    public static String name(CheckContext run, String kind) {
        return "hollow-" + kind + "-" + run.namespace();
    }

    /** Returns once the cluster treats it as a node that is ready; {@link NodeHeartbeats} keeps it so. */
    public static void node(
            CheckContext run, String name, String cpu, String memory, Map<String, String> labels, Taint... taints) {
        run.client()
                .resource(new NodeBuilder()
                        .withMetadata(owned(run, name, labels))
                        .editMetadata()
                        .addToLabels(WHICH, name)
                        .addToLabels(OWNER, run.namespace())
                        .addToLabels(NodeHeartbeats.LABEL, "true")
                        .endMetadata()
                        .withNewSpec()
                        .withTaints(taints)
                        .endSpec()
                        .withNewStatus()
                        .addToAllocatable("cpu", new Quantity(cpu))
                        .addToAllocatable("memory", new Quantity(memory))
                        .addToAllocatable("pods", new Quantity("20"))
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastHeartbeatTime(now().toString())
                        .endCondition()
                        .endStatus()
                        .build())
                .create();
        run.await("the node " + name, () -> {
            var node = run.client().nodes().withName(name).get();
            return node != null && node.getSpec().getTaints().size() == taints.length;
        });
    }

    public static void priorityClass(CheckContext run, String name, int value, String preemptionPolicy) {
        run.client()
                .resource(new PriorityClassBuilder()
                        .withMetadata(owned(run, name, Map.of()))
                        .withValue(value)
                        .withPreemptionPolicy(preemptionPolicy)
                        .withDescription("made for " + run.namespace())
                        .build())
                .create();
    }

    private static ObjectMeta owned(CheckContext run, String name, Map<String, String> labels) {
        var namespace = run.client().namespaces().withName(run.namespace()).require();
        return new ObjectMetaBuilder()
                .withName(name)
                .withLabels(labels)
                .addToLabels("app.kubernetes.io/managed-by", "kubelab")
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(run.namespace())
                .withUid(namespace.getMetadata().getUid())
                .endOwnerReference()
                .build();
    }

    /** So many Pods with the label {@code app=NAME} for a node, the first of them the oldest; returns once all are placed. */
    public static void fill(
            CheckContext run, String node, String name, int count, String cpuEach, String priorityClass) {
        for (int i = 1; i <= count; i++) {
            Copies.create(
                    run,
                    new PodBuilder()
                            .withMetadata(new ObjectMetaBuilder()
                                    .withName(name + "-" + i)
                                    .addToLabels("app", name)
                                    .build())
                            .withSpec(spec(node, cpuEach, priorityClass)));
        }
        run.await("a node for all Pods called " + name, () -> Placement.live(run, name).stream()
                .allMatch(p -> Placement.node(p).isPresent()));
        for (int i = 1; i <= count; i++) {
            started(run, name + "-" + i, count - i);
        }
    }

    /** Of a Pod for this node, whatever its taints. It has no grace period: no kubelet could say that it has ended. */
    public static PodSpec spec(String node, String cpu, @Nullable String priorityClass) {
        return new PodSpecBuilder()
                .withPriorityClassName(priorityClass)
                .withTerminationGracePeriodSeconds(0L)
                .addToNodeSelector(WHICH, node)
                .addNewToleration()
                .withOperator("Exists")
                .endToleration()
                .addNewContainer()
                .withName("main")
                .withImage(Placement.PAUSE)
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .endContainer()
                .build();
    }

    /**
     * Says what a kubelet would have said. Without it all are equally important, and the real scheduler, which now and then
     * looks for victims again before the first ones are gone, would sometimes choose others.
     */
    private static void started(CheckContext run, String name, int minutesAgo) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "status: {startTime: '" + now().minus(Duration.ofMinutes(minutesAgo)) + "'}");
    }

    /**
     * Deletes a node, and the Pods that it had: no kubelet will end them. The scheduler knows that it is gone before it gets
     * to see the Pods that take their place.
     */
    public static void remove(CheckContext run, String name) {
        run.client().nodes().withName(name).delete();
        run.await("the scheduler to learn that " + name + " is gone", () -> isUnknownToScheduler(run, name));
        run.pods().stream()
                .filter(p -> Placement.node(p).filter(name::equals).isPresent())
                .forEach(p -> run.client().resource(p).withGracePeriod(0).delete());
        run.touched();
    }

    /** It reads of nodes and of Pods in two watches, and may place a Pod on a node that is gone. A Pod of ours shows it. */
    private static boolean isUnknownToScheduler(CheckContext run, String node) {
        String probe = "probe-" + node;
        Optional<Pod> pod = run.pod(probe);
        if (pod.isEmpty()) {
            Copies.create(
                    run,
                    new PodBuilder()
                            .withMetadata(
                                    new ObjectMetaBuilder().withName(probe).build())
                            .withSpec(spec(node, "1m", null)));
            return false;
        }
        boolean refused = pod.flatMap(Placement::unschedulable).isPresent();
        if (refused || pod.flatMap(Placement::node).isPresent()) {
            run.deletePod(probe);
        }
        return refused;
    }

    /**
     * Waits until the run's nodes are ready: {@link NodeHeartbeats} keeps them so, but where the process that owned the
     * cluster ended while a learner was thinking, the new one has only just begun.
     */
    public static void awaitReady(CheckContext run) {
        run.await(
                "the hollow nodes",
                () -> run.client().nodes().withLabel(OWNER, run.namespace()).list().getItems().stream()
                        .flatMap(n -> n.getSpec().getTaints().stream())
                        .noneMatch(t -> t.getKey().startsWith("node.kubernetes.io/")));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
