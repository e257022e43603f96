package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C13: the resources that the scheduler weighs are requests. A node on which nothing runs can be full. */
public final class C13 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("paper"), "600m");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("paper"), "400m");
    }

    // tag::proof[]
    /** A node that is only an object: 1 CPU, no kubelet, so nothing can ever use that CPU. Two Pods ask for it. */
    private Evidence probe(KubernetesClient client, String namespace, String node, String second) {
        var paper = client.resource("""
                apiVersion: v1
                kind: Node
                metadata: {name: %1$s, labels: {lab.kubelab.dev/paper: %1$s}}
                spec: {taints: [{key: lab.kubelab.dev/paper, effect: NoSchedule}]}
                status:
                  allocatable: {cpu: "1", memory: 1Gi, pods: "10"}
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(node));
        paper.create();
        try {
            client.nodes()
                    .withName(node)
                    .waitUntilCondition(
                            n -> n != null
                                    && n.getSpec().getTaints().stream()
                                            .noneMatch(t -> t.getKey().contains("not-ready")),
                            30,
                            TimeUnit.SECONDS);
            var first = decided(client, namespace, node, node + "-first", "600m");
            var next = decided(client, namespace, node, node + "-second", second);
            return Evidence.of(
                    next.getSpec().getNodeName() == null,
                    "1 CPU, requests of 600m and " + second + ", a usage of 0: no room for the second Pod",
                    next.getSpec().getNodeName() == null
                            ? next.getStatus().getConditions().get(0).getMessage()
                            : "the second Pod has the node " + next.getSpec().getNodeName(),
                    "the node " + node + " is an object without a machine: no container of either Pod ever starts",
                    "the first Pod has the node " + first.getSpec().getNodeName());
        } finally {
            client.pods()
                    .inNamespace(namespace)
                    .withLabel("on", node)
                    .withGracePeriod(0)
                    .delete();
            paper.delete();
        }
    }

    /** The Pod once the scheduler has given it the node, or said that it cannot. */
    private Pod decided(KubernetesClient client, String namespace, String node, String name, String cpu) {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {on: %2$s}}
                spec:
                  nodeSelector: {lab.kubelab.dev/paper: %2$s}
                  tolerations: [{key: lab.kubelab.dev/paper, operator: Exists}]
                  containers:
                  - name: main
                    image: registry.k8s.io/pause:3.10
                    resources: {requests: {cpu: %3$s}}
                """.formatted(name, node, cpu)).inNamespace(namespace).create();
        return Objects.requireNonNull(client.pods()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        p -> p != null && !p.getStatus().getConditions().isEmpty(), 30, TimeUnit.SECONDS));
    }
    // end::proof[]
}
