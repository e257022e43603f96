// 0 of 10: takes anti-affinity, and then a node can have one of them only
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
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels("tier", "front")
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
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
