package kubelab.cluster;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract where components are stopped by flags and processes of k3s. */
class K3sComponentsIT extends ComponentsContract {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        RealCluster.needed();
        cluster = Clusters.start(ClusterSpec.k3s().withNodes(2).withServerFlags(List.of("--disable=metrics-server")));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    Cluster cluster() {
        return cluster;
    }
}
