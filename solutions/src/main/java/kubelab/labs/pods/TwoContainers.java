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
              # tag::solution[] client
              # starter: # TODO pods-1: add the container client.
              - name: client
                image: busybox:1.36
                command: [sh, -c, "while true; do wget -q -O - http://localhost; sleep 1; done"]
              # end::solution[]
            """;

    @Override
    public void apply(KubernetesClient client, String namespace) {
        client.resource(DUO).inNamespace(namespace).create();
    }
}
