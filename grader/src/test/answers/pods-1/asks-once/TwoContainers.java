// 0 of 10: the client asks once and ends
package kubelab.labs.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** pods-1: two containers in one Pod, and one of them asks the other over localhost. */
public class TwoContainers implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Pod duo = new PodBuilder()
                .withNewMetadata()
                .withName("duo")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("server")
                .withImage("nginx:1.27")
                .endContainer()
                .addNewContainer()
                .withName("client")
                .withImage("busybox:1.36")
                .withCommand("sh", "-c", "wget -q -O - http://localhost")
                .endContainer()
                .endSpec()
                .build();
        client.pods().inNamespace(namespace).resource(duo).create();
    }
}
