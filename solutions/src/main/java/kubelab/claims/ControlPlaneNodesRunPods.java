package kubelab.claims;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C28: Pods run on nodes, and a control-plane node is one of them unless a taint keeps Pods away. */
public final class ControlPlaneNodesRunPods implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("untainted"), "");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(
                client,
                namespace,
                Proof.unique("tainted"),
                ", {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}");
    }

    // tag::proof[]
    /**
     * Makes a control-plane node that is only an object (no machine, so nothing starts on it), and a Pod for it. A taint of
     * its own, which the Pod tolerates, keeps other Pods away from it.
     */
    private Evidence probe(KubernetesClient client, String namespace, String name, String taint) {
        var node = client.resource(Serialization.unmarshal("""
                apiVersion: v1
                kind: Node
                metadata:
                  name: %1$s
                  labels: {lab.kubelab.dev/hollow: %1$s, node-role.kubernetes.io/control-plane: ""}
                spec:
                  taints: [{key: lab.kubelab.dev/hollow, effect: NoSchedule}%2$s]
                status:
                  allocatable: {cpu: "1", memory: 1Gi, pods: "10"}
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(name, taint), Node.class));
        node.create();
        var pod = client.pods().inNamespace(namespace).withName(name);
        try {
            node.waitUntilCondition(
                    n -> n != null
                            && n.getSpec().getTaints().stream()
                                    .noneMatch(t -> t.getKey().contains("not-ready")),
                    30,
                    TimeUnit.SECONDS);
            client.resource("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %1$s}
                    spec:
                      nodeSelector: {lab.kubelab.dev/hollow: %1$s}
                      tolerations: [{key: lab.kubelab.dev/hollow, operator: Exists}]
                      containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
                    """.formatted(name)).inNamespace(namespace).create();
            var decided = Objects.requireNonNull(pod.waitUntilCondition(
                    p -> p != null && !p.getStatus().getConditions().isEmpty(), 30, TimeUnit.SECONDS));
            var place = decided.getSpec().getNodeName();
            return Evidence.of(
                    name.equals(place),
                    "the scheduler binds the Pod to the control-plane node " + name,
                    place == null
                            ? "no node: "
                                    + decided.getStatus().getConditions().get(0).getMessage()
                            : "spec.nodeName is " + place,
                    "labels of the node: "
                            + node.get().getMetadata().getLabels().keySet(),
                    "taints of the node: "
                            + node.get().getSpec().getTaints().stream()
                                    .map(t -> t.getKey())
                                    .toList());
        } finally {
            pod.withGracePeriod(0).delete();
            node.delete();
        }
    }
    // end::proof[]
}
