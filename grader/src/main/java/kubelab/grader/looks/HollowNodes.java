package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.cluster.NodeHeartbeats;
import kubelab.grader.check.CheckContext;

/**
 * Nodes that are only objects. The scheduler places Pods on them like on any other; no kubelet starts them, and since such
 * a node has a taint and no host name, nobody else in the cluster is disturbed. They belong to the run's namespace and go
 * with it.
 */
public final class HollowNodes {
    private HollowNodes() {}

    /** Returns once the cluster treats it as a node that is ready. */
    public static void node(
            CheckContext run, String name, String cpu, String memory, Map<String, String> labels, Taint... taints) {
        run.client()
                .resource(new NodeBuilder()
                        .withMetadata(new ObjectMetaBuilder(owned(run, name, labels))
                                .addToLabels(NodeHeartbeats.LABEL, "true")
                                .build())
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

    /** A Pod with another one's wishes and tolerations, and one wish more. */
    public static void like(CheckContext run, Pod model, String name, Map<String, String> alsoSelects) {
        Map<String, String> selector =
                new HashMap<>(Objects.requireNonNullElse(model.getSpec().getNodeSelector(), Map.of()));
        selector.putAll(alsoSelects);
        List<Toleration> tolerations = model.getSpec().getTolerations();
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeSelector(selector)
                        .withAffinity(model.getSpec().getAffinity())
                        .withTolerations(tolerations)
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewContainer()
                        .withName("main")
                        .withImage(Placement.PAUSE)
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        run.touched();
    }
}
