package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import kubelab.labkit.ExposedPort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server of a learner's is reached by an embedded cluster; K3sClusterIT looks at it on k3s. */
class ExposedPortTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Clusters.start(ClusterSpec.embedded());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void own_api_on_loopback_is_served_by_the_cluster() throws Exception {
        assertThat(ExposedPort.isPossible(cluster.client())).isTrue();
        OwnApi.isServedBy(cluster);
    }
}
