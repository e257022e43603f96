package kubelab.grader;

import java.io.IOException;
import java.time.Duration;

class RealExercisesIT extends ExercisesContract {
    @Override
    ClusterAccess cluster() throws IOException {
        return TestClusters.real();
    }

    @Override
    Duration quiet() {
        return Duration.ofSeconds(3);
    }

    @Override
    Sample sample() {
        return Sample.ofProperties();
    }

    @Override
    int parallel() {
        return RUNS > 1 ? 8 : 4;
    }
}
