package kubelab.grader;

import java.time.Duration;

class ClaimsIT extends ClaimsContract {
    @Override
    ClusterAccess cluster() throws Exception {
        return TestClusters.real();
    }

    @Override
    Duration bound() {
        return Duration.ofSeconds(90);
    }
}
