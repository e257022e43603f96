package kubelab.claims;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C15: the scheduler does not use a node with a NoSchedule taint; evicting Pods by NoExecute is not its work. */
public final class TaintsRepelPods implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("hollow"), "NoSchedule");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("hollow"), "PreferNoSchedule");
    }

    // tag::proof[]
    /** Two Pods select one tainted node, and one of them tolerates the taint; a NoExecute taint comes later. */
    private Evidence probe(KubernetesClient client, String namespace, String node, String effect) {
        Node object = Serialization.unmarshal("""
                apiVersion: v1
                kind: Node
                metadata: {name: %1$s, labels: {lab.kubelab.dev/hollow: %1$s}}
                spec:
                  taints:
                  - {key: lab.kubelab.dev/hollow, effect: NoSchedule}
                  - {key: lab.kubelab.dev/reserved, effect: %2$s}
                status:
                  allocatable: {cpu: "1", memory: 1Gi, pods: "10"}
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(node, effect), Node.class);
        var hollow = client.nodes().resource(object);
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
            var guest = waitFor(
                    client,
                    decided(client, namespace, node, "guest", "reserved"),
                    p -> p.getSpec().getNodeName() != null);
            var stranger = decided(client, namespace, node, "stranger", "something-else");
            hollow.edit(n -> new NodeBuilder(n)
                    .editSpec()
                    .addNewTaint("NoExecute", "lab.kubelab.dev/fire", null, null)
                    .endSpec()
                    .build());
            var evicted = waitFor(client, guest, p -> p.getMetadata().getDeletionTimestamp() != null);
            var reason = evicted.getStatus().getConditions().stream()
                    .filter(c -> c.getType().equals("DisruptionTarget"))
                    .map(PodCondition::getReason)
                    .findFirst()
                    .orElse("no DisruptionTarget");
            return Evidence.of(
                    node.equals(guest.getSpec().getNodeName())
                            && stranger.getSpec().getNodeName() == null
                            && reason.equals("DeletionByTaintManager"),
                    "of two Pods for a node with " + effect + " only the one that tolerates it is placed; after a taint"
                            + " NoExecute its condition DisruptionTarget says DeletionByTaintManager",
                    stranger.getSpec().getNodeName() == null
                            ? stranger.getStatus().getConditions().get(0).getMessage()
                            : "the one that does not is placed, too",
                    "the Pod that tolerates it has the node " + guest.getSpec().getNodeName(),
                    "after a taint NoExecute it is marked for deletion; DisruptionTarget: " + reason);
        } finally {
            client.pods()
                    .inNamespace(namespace)
                    .withLabel("on", node)
                    .withGracePeriod(0)
                    .delete();
            hollow.delete();
        }
    }

    /** A Pod for the node that tolerates one taint more than the one of all such nodes, once the scheduler has decided. */
    private Pod decided(KubernetesClient client, String namespace, String node, String name, String tolerated) {
        var pod = client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-%2$s, labels: {on: %2$s}}
                spec:
                  nodeSelector: {lab.kubelab.dev/hollow: %2$s}
                  tolerations:
                  - {key: lab.kubelab.dev/hollow, operator: Exists}
                  - {key: lab.kubelab.dev/%3$s, operator: Exists}
                  containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
                """.formatted(name, node, tolerated))
                .inNamespace(namespace)
                .create();
        return waitFor(client, pod, p -> !p.getStatus().getConditions().isEmpty());
    }

    private Pod waitFor(KubernetesClient client, HasMetadata pod, Predicate<Pod> condition) {
        return Objects.requireNonNull(client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .waitUntilCondition(p -> p != null && condition.test(p), 30, TimeUnit.SECONDS));
    }
    // end::proof[]
}
