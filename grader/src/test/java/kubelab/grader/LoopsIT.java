package kubelab.grader;

/** On a real cluster. */
class LoopsIT extends LoopsContract {
    @Override
    ClusterAccess cluster() throws Exception {
        return TestClusters.real();
    }
}
