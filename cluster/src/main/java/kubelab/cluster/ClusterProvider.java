package kubelab.cluster;

/** Makes clusters of one sort. */
interface ClusterProvider {
    /**
     * @return the cluster, ready for use
     * @throws ClusterException when it cannot be had; nothing is left running then
     */
    Cluster start(ClusterSpec spec, Progress progress);
}
