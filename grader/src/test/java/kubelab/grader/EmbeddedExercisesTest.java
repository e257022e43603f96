package kubelab.grader;

import java.time.Duration;

class EmbeddedExercisesTest extends ExercisesContract {
    @Override
    ClusterAccess cluster() {
        return TestClusters.embedded();
    }

    @Override
    Duration quiet() {
        return Duration.ofSeconds(1);
    }

    /** Each takes half a second of a processor, and nine seconds of time. */
    @Override
    int parallel() {
        return 10;
    }
}
