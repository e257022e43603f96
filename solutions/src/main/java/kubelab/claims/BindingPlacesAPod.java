package kubelab.claims;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C12: a Pod waits for a Binding; a scheduler writes one, and so may any client with the right to. */
public final class BindingPlacesAPod implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("by-hand"), "no-such-scheduler");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("by-scheduler"), "default-scheduler");
    }

    // tag::proof[]
    /** Leaves a Pod to a scheduler; if it has no node after 2 s, binds it by hand and looks whether it runs. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String scheduler) throws Exception {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  schedulerName: %s
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
                """.formatted(name, scheduler)).inNamespace(namespace).create();
        var pod = client.pods().inNamespace(namespace).withName(name);
        var expected = name + " stays without a node for 2 s, and runs once it is bound by hand";
        try {
            var bound = pod.informOnCondition(
                            list -> list.stream().anyMatch(p -> p.getSpec().getNodeName() != null))
                    .get(2, TimeUnit.SECONDS);
            return Evidence.of(
                    false,
                    expected,
                    scheduler + " bound it to " + bound.get(0).getSpec().getNodeName());
        } catch (TimeoutException unscheduled) {
            // a Pod that names a scheduler which does not exist
        }
        var node = client.nodes().list().getItems().stream()
                .filter(n -> n.getSpec().getTaints().isEmpty())
                .map(n -> n.getMetadata().getName())
                .findFirst()
                .orElseThrow();
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        try {
            client.raw("/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding", "POST", binding);
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
            return Evidence.of(false, expected, "another client bound it in the moment before: " + e.getMessage());
        }
        Pod running = Objects.requireNonNull(pod.waitUntilCondition(
                p -> p != null && "Running".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS));
        return Evidence.of(
                node.equals(running.getSpec().getNodeName()),
                expected,
                "phase Running on " + running.getSpec().getNodeName(),
                "no scheduler is called " + scheduler + ": 2 s later the Pod had no node",
                "POST …/pods/" + name + "/binding with the target " + node);
    }
    // end::proof[]
}
