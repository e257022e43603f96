package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import kubelab.controlplane.EmbeddedCluster;

class TlsStreamingTest extends StreamingContract {
    @Override
    KubernetesClient client(EmbeddedCluster cluster) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.kubeconfig()))
                .build();
    }
}
