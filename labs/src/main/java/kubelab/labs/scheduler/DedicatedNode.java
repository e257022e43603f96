package kubelab.labs.scheduler;

import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** scheduler-2: Pods for a reserved node, and Pods that are merely allowed there. */
public class DedicatedNode implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Map<String, String> reserved = client.configMaps()
                .inNamespace(namespace)
                .withName("reserved")
                .get()
                .getData();
        String[] label = reserved.get("label").split("=");
        String[] taint = reserved.get("taint").split("[=:]");
        deploy(client, namespace, "team", Map.of(), List.of());
    }

    private static void deploy(
            KubernetesClient client,
            String namespace,
            String name,
            Map<String, String> nodeSelector,
            List<Toleration> tolerations) {
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeSelector(nodeSelector)
                        .withTolerations(tolerations)
                        .addNewContainer()
                        .withName("main")
                        .withImage("registry.k8s.io/pause:3.10")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .inNamespace(namespace)
                .create();
    }
}
