package kubelab.cluster;

/** Our own small Kubernetes in this JVM. */
final class EmbeddedProvider implements ClusterProvider {
    @Override
    public Cluster start(ClusterSpec spec, Progress progress) {
        throw new ClusterException(
                ClusterException.Reason.OTHER, "The embedded cluster is not wired in yet.", "Use --cluster k3s.");
    }
}
