package kubelab.labs.scheduler;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** scheduler-6: a Pod that makes others go, and one that is only first in the queue. */
public class UrgentAndPatient implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Map<String, String> classes = client.configMaps()
                .inNamespace(namespace)
                .withName("classes")
                .get()
                .getData();
        create(client, namespace, "urgent", "500m", classes.get("node"), "");
    }

    /** A Pod for the node that is full. */
    private static void create(
            KubernetesClient client, String namespace, String name, String cpu, String node, String priorityClass) {
        client.pods()
                .inNamespace(namespace)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withPriorityClassName(priorityClass.isEmpty() ? null : priorityClass)
                        .addToNodeSelector("full", node)
                        .addNewToleration()
                        .withKey("full")
                        .withOperator("Equal")
                        .withValue(node)
                        .endToleration()
                        .addNewContainer()
                        .withName("main")
                        .withImage("registry.k8s.io/pause:3.10")
                        .withNewResources()
                        .addToRequests("cpu", new Quantity(cpu))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }
}
