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
        // tag::solution[] repair
        // starter: // TODO pods-5: give stats the port of the ConfigMap ports; broken is the Pod as it is.
        String port = client.configMaps()
                .inNamespace(namespace)
                .withName("ports")
                .get()
                .getData()
                .get("stats");
        Pod repaired = new PodBuilder()
                .withNewMetadata()
                .withName("shop")
                .withLabels(broken.getMetadata().getLabels())
                .endMetadata()
                .withSpec(broken.getSpec())
                .editSpec()
                .withNodeName(null)
                .editMatchingContainer(c -> c.getName().equals("stats"))
                .withArgs("netexec", "--http-port=" + port, "--udp-port=-1")
                .endContainer()
                .endSpec()
                .build();
        // a Pod's containers cannot be changed in place, except for their images
        shop.withGracePeriod(1).delete();
        shop.waitUntilCondition(gone -> gone == null, 30, TimeUnit.SECONDS);
        client.pods().inNamespace(namespace).resource(repaired).create();
        // end::solution[]
    }
}
