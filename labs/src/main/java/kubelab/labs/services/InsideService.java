package kubelab.labs.services;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-1: one name and one address for the Pods of the Deployment web. */
public class InsideService implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        String web = """
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                spec:
                  # TODO services-1: choose the Pods.
                  ports:
                  - port: 80
                    # TODO services-1: say on which port of theirs they listen.
                """;
        client.resource(web).inNamespace(namespace).create();
    }
}
