package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-3: an address from the cluster's balancer, and no port of the Service's own on the nodes. */
public class BehindBalancer implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        String port = client.configMaps()
                .inNamespace(namespace)
                .withName("wish")
                .get()
                .getData()
                .get("port");
        Service shop = new ServiceBuilder()
                .withNewMetadata()
                .withName("shop")
                .endMetadata()
                .withNewSpec()
                // TODO services-3: write your code here.
                .addNewPort()
                .withPort(Integer.parseInt(port))
                // TODO services-3: write your code here.
                .endPort()
                .endSpec()
                .build();
        client.services().inNamespace(namespace).resource(shop).create();
    }
}
