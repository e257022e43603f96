package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.TreeSet;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C26: a Pod is the smallest deployable unit: there is no kind for a container, and no Pod without one. */
public final class PodIsTheSmallestObject implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, "[]");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, "[{name: main, image: \"registry.k8s.io/pause:3.10\"}]");
    }

    // tag::proof[]
    /** Looks for the kinds Pod and Container in every API group, and creates a Pod with these containers. */
    private Evidence probe(KubernetesClient client, String namespace, String containers) {
        var kinds = new TreeSet<String>();
        client.getApiResources("v1").getResources().forEach(r -> kinds.add(r.getKind()));
        for (var group : client.getApiGroups().getGroups())
            for (var version : group.getVersions()) {
                var list = client.getApiResources(version.getGroupVersion());
                if (list != null) list.getResources().forEach(r -> kinds.add(r.getKind()));
            }
        var pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec: {containers: %s}
                """.formatted(Proof.unique("smallest"), containers);
        var answer = "201 Created";
        try {
            client.resource(pod).inNamespace(namespace).create();
        } catch (KubernetesClientException refused) {
            answer = refused.getCode() + " "
                    + (refused.getStatus() == null
                            ? refused.getMessage()
                            : refused.getStatus().getMessage());
        }
        return Evidence.of(
                kinds.contains("Pod")
                        && !kinds.contains("Container")
                        && answer.startsWith("422")
                        && answer.contains("spec.containers: Required value"),
                "the kind Pod is served and Container is not; a Pod with the containers " + containers + " is refused",
                "Pod served: " + kinds.contains("Pod") + ", Container served: " + kinds.contains("Container")
                        + "; the answer to the POST: " + answer,
                "asked the API server for its groups and versions, and found " + kinds.size() + " kinds",
                "sent a Pod with the containers " + containers);
    }
    // end::proof[]
}
