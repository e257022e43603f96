package kubelab.grader;

/** On the embedded cluster. */
class FormsTest extends FormsContract {
    @Override
    ClusterAccess cluster() {
        return TestClusters.embedded();
    }
}
