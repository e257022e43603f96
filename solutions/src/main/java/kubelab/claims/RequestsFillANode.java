package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C13: the resources that the scheduler weighs are requests. A node on which nothing runs can be full. */
public final class RequestsFillANode implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("hollow"), "600m");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("hollow"), "400m");
    }

    // tag::proof[]
    /** A node that is only an object: 1 CPU and no kubelet, so that nothing uses that CPU. Two Pods request some of it. */
    private Evidence probe(KubernetesClient client, String namespace, String node, String cpu) {
        var hollow = client.resource("""
                apiVersion: v1
                kind: Node
                metadata: {name: %1$s, labels: {lab.kubelab.dev/hollow: %1$s}}
                spec: {taints: [{key: lab.kubelab.dev/hollow, effect: NoSchedule}]}
                status:
                  allocatable: {cpu: "1", memory: 1Gi, pods: "10"}
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(node));
        hollow.create();
        try {
            client.nodes()
                    .withName(node)
                    .waitUntilCondition(
                            n -> n != null
                                    && n.getSpec().getTaints().stream()
                                            .noneMatch(t -> t.getKey().contains("not-ready")),
                            30,
                            TimeUnit.SECONDS);
            var first = start(client, namespace, node, node + "-first", "600m")
                    .waitUntilCondition(p -> p != null && nodeOf(p).equals(node), 30, TimeUnit.SECONDS);
            var second = start(client, namespace, node, node + "-second", cpu)
                    .waitUntilCondition(
                            p -> p != null
                                    && (!nodeOf(p).isEmpty() || !refusal(p).isEmpty()),
                            30,
                            TimeUnit.SECONDS);
            return Evidence.of(
                    nodeOf(second).isEmpty() && refusal(second).contains("1 Insufficient cpu"),
                    "1 CPU, requests of 600m and " + cpu + ", a usage of 0: Insufficient cpu for the second Pod",
                    nodeOf(second).isEmpty() ? refusal(second) : "the second Pod has the node " + nodeOf(second),
                    "the node " + node + " is an object without a machine: no container of either Pod ever starts",
                    "the first Pod has the node " + nodeOf(first));
        } finally {
            client.pods()
                    .inNamespace(namespace)
                    .withLabel("on", node)
                    .withGracePeriod(0)
                    .delete();
            hollow.delete();
        }
    }

    private PodResource start(KubernetesClient client, String namespace, String node, String name, String cpu) {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {on: %2$s}}
                spec:
                  nodeSelector: {lab.kubelab.dev/hollow: %2$s}
                  tolerations: [{key: lab.kubelab.dev/hollow, operator: Exists}]
                  containers:
                  - name: main
                    image: registry.k8s.io/pause:3.10
                    resources: {requests: {cpu: %3$s}}
                """.formatted(name, node, cpu)).inNamespace(namespace).create();
        return client.pods().inNamespace(namespace).withName(name);
    }

    private static String nodeOf(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    /** What the scheduler says of a Pod that it could not place. */
    private static String refusal(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled") && "False".equals(c.getStatus()))
                .map(PodCondition::getMessage)
                .findFirst()
                .orElse("");
    }
    // end::proof[]
}
