package kubelab.labs.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** pods-1: two containers in one Pod, and one of them asks the other over localhost. */
public class TwoContainers implements StateExercise {
    private static final String DUO = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: duo
            spec:
              containers:
              - name: server
                image: nginx:1.27
              # TODO pods-1: add the container client.
            """;

    @Override
    public void apply(KubernetesClient client, String namespace) {
        client.resource(DUO).inNamespace(namespace).create();
    }
}
