package kubelab.grader;

/** On a real cluster. */
class HarnessIT extends HarnessContract {
    @Override
    ClusterAccess cluster() throws Exception {
        return TestClusters.real();
    }
}
