package kubelab.labs.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.StateExercise;

/** pods-5: two containers of the Pod shop want the same port; give one of them another. */
public class PortConflict implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        PodResource shop = client.pods().inNamespace(namespace).withName("shop");
        Pod broken = shop.get();
        // TODO pods-5: give stats the port of the ConfigMap ports; broken is the Pod as it is.
    }
}
