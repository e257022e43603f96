package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import kubelab.labkit.StateExercise;

/** services-5: three Services that do not answer, each for a different reason. */
public class SilentShops implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        for (String name : List.of("books", "films", "music")) {
            var service = client.services().inNamespace(namespace).withName(name);
            var deployment = client.apps().deployments().inNamespace(namespace).withName(name);
            Service found = service.get();
            Deployment pods = deployment.get();
            System.out.println(name + " selects " + found.getSpec().getSelector() + "; its Pods have the labels "
                    + pods.getSpec().getTemplate().getMetadata().getLabels());
            // TODO services-5: repair Service and Deployment.
        }
    }
}
