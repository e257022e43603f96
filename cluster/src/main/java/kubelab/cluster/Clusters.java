package kubelab.cluster;

/** The way to a cluster. */
public final class Clusters {
    private Clusters() {}

    /**
     * Starts a throwaway cluster that ends with {@link Cluster#close()}, and at the latest with this JVM (or, after a
     * kill -9, with the next sweep).
     *
     * @throws ClusterException when it cannot be had
     */
    public static Cluster start(ClusterSpec spec) {
        return start(spec, Progress.SILENT);
    }

    public static Cluster start(ClusterSpec spec, Progress progress) {
        return provider(spec.provider()).start(spec, progress);
    }

    private static ClusterProvider provider(String name) {
        return switch (name) {
            case ClusterSpec.EMBEDDED -> new EmbeddedProvider();
            case ClusterSpec.K3S -> new K3sProvider();
            default -> new ExistingProvider();
        };
    }
}
