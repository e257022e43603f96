package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-2: the shop's pages on every node, its administration inside the cluster only. */
public class NodeDoor implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        create(client, namespace, service("shop", "http", 80));
        // TODO services-2: write your code here.
    }

    private static Service service(String name, String targetPort, int port) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                // TODO services-2: write your code here.
                .addNewPort()
                .withPort(port)
                .withTargetPort(new IntOrString(targetPort))
                .endPort()
                .endSpec()
                .build();
    }

    private static void create(KubernetesClient client, String namespace, Service service) {
        client.services().inNamespace(namespace).resource(service).create();
    }
}
