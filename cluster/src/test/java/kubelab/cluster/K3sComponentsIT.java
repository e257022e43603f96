package kubelab.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract where components are stopped by flags and processes of k3s. */
class K3sComponentsIT extends ComponentsContract {
    private static @Nullable Cluster cluster;

    /** Before each test and not once: where there is no cluster, each test is counted as skipped, with the reason. */
    @BeforeEach
    void start() {
        RealCluster.needed();
        if (cluster != null) {
            return;
        }
        cluster = Clusters.start(ClusterSpec.k3s().withNodes(2).withServerFlags(List.of("--disable=metrics-server")));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    @Nullable
    Cluster cluster() {
        return cluster;
    }
}
