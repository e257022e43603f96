// 9 of 10: web would like to be with the cache, and does without it
package kubelab.labs.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** scheduler-1: Pods that have to be where the cache is, and Pods that would rather not. */
public class TogetherAndApart implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        PodAffinityTerm besideTheCache = new PodAffinityTermBuilder()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels("app", "cache")
                .endLabelSelector()
                .build();
        Affinity together = new AffinityBuilder()
                .withNewPodAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withPodAffinityTerm(besideTheCache)
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endPodAffinity()
                .build();
        Affinity apart = new AffinityBuilder()
                .withNewPodAntiAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withPodAffinityTerm(besideTheCache)
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .build();
        client.resource(deployment("backup", apart)).inNamespace(namespace).create();
        client.resource(deployment("web", together)).inNamespace(namespace).create();
    }

    private static Deployment deployment(String name, Affinity affinity) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(3)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withAffinity(affinity)
                .addNewContainer()
                .withName("main")
                .withImage("registry.k8s.io/pause:3.10")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
