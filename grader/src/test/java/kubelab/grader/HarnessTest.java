package kubelab.grader;

/** On the embedded cluster. */
class HarnessTest extends HarnessContract {
    @Override
    ClusterAccess cluster() {
        return TestClusters.embedded();
    }
}
