package kubelab.cluster;

import org.junit.jupiter.api.Test;

class PrivateRegistryTest {
    /** {@link K3sClusterIT} does the same on the real cluster. */
    @Test
    void images_behind_credentials_are_pulled_by_those_who_have_them() {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withNodes(2))) {
            OwnRegistry.isServedBy(cluster);
        }
    }
}
