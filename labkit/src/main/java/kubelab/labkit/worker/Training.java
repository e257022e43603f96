package kubelab.labkit.worker;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.StateExercise;

/**
 * No exercise, but what answers do most: run once while the class-data archive of workers is made, so that the classes
 * it needs are in there and no answer waits for them.
 */
public final class Training implements StateExercise {
    private static final String NAME = "training";
    private static final long SECONDS = 10;

    @Override
    public void apply(KubernetesClient client, String namespace) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(NAME)
                .addToLabels("app", NAME)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("busybox:1.36")
                .withCommand("sleep", "600")
                .addNewEnv()
                .withName("A")
                .withValue("1")
                .endEnv()
                .addNewPort()
                .withContainerPort(80)
                .endPort()
                .addNewVolumeMount()
                .withName("v")
                .withMountPath("/v")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
        client.pods().inNamespace(namespace).resource(pod).create();
        client.pods()
                .inNamespace(namespace)
                .withName(NAME)
                .waitUntilCondition(
                        p -> p != null
                                && p.getStatus() != null
                                && "Running".equals(p.getStatus().getPhase()),
                        SECONDS,
                        TimeUnit.SECONDS);
        client.pods().inNamespace(namespace).withLabel("app", NAME).list();
        client.pods().inNamespace(namespace).withName(NAME).getLog();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData("a", "1")
                        .build())
                .createOr(r -> r.update());
        client.configMaps().inNamespace(namespace).withName(NAME).edit(c -> new ConfigMapBuilder(c)
                .addToData("a", "2")
                .build());
        client.configMaps()
                .inNamespace(namespace)
                .withName(NAME)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":\"3\"}}");
        workloads(client, namespace);
        try {
            client.configMaps().inNamespace(namespace).withName("there-is-none").delete();
            client.configMaps()
                    .inNamespace(namespace)
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("Not a name")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            // a refusal has classes of its own
        }
        client.pods().inNamespace(namespace).withName(NAME).withGracePeriod(0).delete();
    }

    private static void workloads(KubernetesClient client, String namespace) {
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(0)
                        .withNewSelector()
                        .addToMatchLabels("app", NAME)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", NAME)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("nginx:1.27")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
        client.apps().deployments().inNamespace(namespace).withName(NAME).scale(0);
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", NAME)
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.resource(new JobBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withSuspend(true)
                        .withNewTemplate()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("c")
                        .withImage("busybox:1.36")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }
}
