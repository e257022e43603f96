package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-1: one name and one address for the Pods of the Deployment web. */
public class InsideService implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Service web = new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                // TODO services-1: write your code here.
                .addNewPort()
                .withPort(80)
                // TODO services-1: write your code here.
                .endPort()
                .endSpec()
                .build();
        client.services().inNamespace(namespace).resource(web).create();
    }
}
