package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.EmbeddedCluster;

class InProcessStreamingTest extends StreamingContract {
    @Override
    KubernetesClient client(EmbeddedCluster cluster) {
        return cluster.client();
    }
}
