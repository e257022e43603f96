package kubelab.grader;

/** On the embedded cluster. */
class LoopsTest extends LoopsContract {
    @Override
    ClusterAccess cluster() {
        return TestClusters.embedded();
    }
}
