package kubelab.controlplane.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class InProcessVerbsTest extends VerbsContract {
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().bare().start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    KubernetesClient client() {
        return cluster.client();
    }
}
