package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** services-4: the name db of this namespace for a server that is somewhere else. */
public class AnotherName implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Map<String, String> target = client.configMaps()
                .inNamespace(namespace)
                .withName("target")
                .get()
                .getData();
        Service db = new ServiceBuilder()
                .withNewMetadata()
                .withName("db")
                .endMetadata()
                .withNewSpec()
                .addNewPort().withPort(Integer.parseInt(target.get("port"))).endPort()
                .endSpec()
                .build();
        client.services().inNamespace(namespace).resource(db).create();
    }
}
