package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C28: Pods run on nodes, and a control-plane node is one of them unless a taint keeps Pods away. */
public final class C28 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        var labels = client.nodes().withLabel("node-role.kubernetes.io/control-plane").list().getItems().stream()
                .filter(n -> n.getSpec().getTaints().stream()
                        .noneMatch(t -> t.getEffect().startsWith("No")))
                .map(n -> Map.of(
                        "kubernetes.io/hostname", n.getMetadata().getLabels().get("kubernetes.io/hostname")))
                .findFirst()
                .orElse(Map.of("kubernetes.io/os", "linux"));
        return probe(client, namespace, Proof.unique("on-a-node"), labels);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("on-no-node"), Map.of("kubernetes.io/os", "windows"));
    }

    // tag::proof[]
    /** Asks for a node with these labels and looks where the scheduler puts the Pod. */
    private Evidence probe(KubernetesClient client, String namespace, String name, Map<String, String> labels) {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "3600"]
                """.formatted(name), Pod.class);
        pod.getSpec().setNodeSelector(labels);
        var pods = client.pods().inNamespace(namespace);
        pods.resource(pod).create();
        var decided = pods.withName(name)
                .waitUntilCondition(
                        p -> p != null
                                && ("Running".equals(p.getStatus().getPhase())
                                        || p.getStatus().getConditions().stream()
                                                .anyMatch(c -> "Unschedulable".equals(c.getReason()))),
                        60,
                        TimeUnit.SECONDS);
        var nodeName = decided.getSpec().getNodeName();
        if (nodeName == null) {
            var why = decided.getStatus().getConditions().get(0).getMessage();
            return Evidence.of(false, "a node with " + labels + " runs the Pod", "no node: " + why);
        }
        var node = client.nodes().withName(nodeName).get();
        var role = node.getMetadata().getLabels().containsKey("node-role.kubernetes.io/control-plane")
                ? "a control-plane node"
                : "a worker";
        return Evidence.of(
                true,
                "a node with " + labels + " runs the Pod",
                "phase Running on " + nodeName + ", " + role,
                "taints of " + nodeName + ": " + node.getSpec().getTaints());
    }
    // end::proof[]
}
