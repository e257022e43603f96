// 8 of 10: the consumer may write
package kubelab.labs.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** pods-2: a producer and a consumer that share a volume. */
public class SharedVolume implements StateExercise {
    private static final String PRODUCE =
            "i=0; while true; do i=$((i+1)); echo \"line $i\" >> /out/lines; sleep 1; done";
    private static final String CONSUME = "until [ -f /in/lines ]; do sleep 1; done; tail -n +1 -f /in/lines";

    @Override
    public void apply(KubernetesClient client, String namespace) {
        Pod exchange = new PodBuilder()
                .withNewMetadata()
                .withName("exchange")
                .endMetadata()
                .withNewSpec()
                .addNewVolume()
                .withName("lines")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewContainer()
                .withName("producer")
                .withImage("busybox:1.36")
                .withCommand("sh", "-c", PRODUCE)
                .addNewVolumeMount()
                .withName("lines")
                .withMountPath("/out")
                .endVolumeMount()
                .endContainer()
                .addNewContainer()
                .withName("consumer")
                .withImage("busybox:1.36")
                .withCommand("sh", "-c", CONSUME)
                .addNewVolumeMount()
                .withName("lines")
                .withMountPath("/in")
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .build();
        client.pods().inNamespace(namespace).resource(exchange).create();
    }
}
