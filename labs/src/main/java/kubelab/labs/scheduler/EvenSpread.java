package kubelab.labs.scheduler;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** scheduler-5: Pods that are spread evenly over the nodes, together with those that are there already. */
public class EvenSpread implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Deployment front = new DeploymentBuilder()
                .withNewMetadata()
                .withName("front")
                .endMetadata()
                .withNewSpec()
                .withReplicas(4)
                .withNewSelector()
                .addToMatchLabels("app", "front")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "front")
                .addToLabels("tier", "front")
                .endMetadata()
                .withNewSpec()
                // TODO scheduler-5: write your code here.
                .addNewContainer()
                .withName("main")
                .withImage("registry.k8s.io/pause:3.10")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        client.resource(front).inNamespace(namespace).create();
    }
}
