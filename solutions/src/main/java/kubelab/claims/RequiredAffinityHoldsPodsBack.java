package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C14: the scheduler honours affinity: required is a condition, preferred only a score. */
public final class RequiredAffinityHoldsPodsBack implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, """
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]
                """);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, """
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 100
                  preference:
                    matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]
                """);
    }

    // tag::proof[]
    /** One Pod selects the last node and must get it; one selects a node that does not exist and must get none. */
    private Evidence probe(KubernetesClient client, String namespace, String affinity) {
        var last = client.nodes().withLabel("kubernetes.io/hostname").list().getItems().stream()
                .filter(n -> n.getSpec().getTaints().isEmpty())
                .map(n -> n.getMetadata().getLabels().get("kubernetes.io/hostname"))
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var there = nodeOf(client, namespace, affinity.formatted(last));
        var nowhere = nodeOf(client, namespace, affinity.formatted("atlantis"));
        return Evidence.of(
                there.equals(last) && nowhere.equals("no node"),
                "a Pod with an affinity to " + last + " gets it, one with an affinity to atlantis gets no node",
                "the one got " + there + ", the other " + nowhere,
                "the affinity's first word is " + affinity.substring(0, affinity.indexOf("During")));
    }

    private String nodeOf(KubernetesClient client, String namespace, String affinity) {
        var name = Proof.unique("affine");
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
                  affinity:
                    nodeAffinity:%s""".formatted(name, "\n" + affinity.indent(6)))
                .inNamespace(namespace)
                .create();
        Pod pod = Objects.requireNonNull(client.pods()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        p -> p != null && !p.getStatus().getConditions().isEmpty(), 30, TimeUnit.SECONDS));
        return Objects.requireNonNullElse(pod.getSpec().getNodeName(), "no node");
    }
    // end::proof[]
}
