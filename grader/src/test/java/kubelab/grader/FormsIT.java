package kubelab.grader;

/** On a real cluster. */
class FormsIT extends FormsContract {
    @Override
    ClusterAccess cluster() throws Exception {
        return TestClusters.real();
    }
}
