package kubelab.grader;

import java.time.Duration;

class ClaimsTest extends ClaimsContract {
    @Override
    ClusterAccess cluster() {
        return TestClusters.embedded();
    }

    @Override
    Duration bound() {
        return Duration.ofSeconds(60);
    }
}
