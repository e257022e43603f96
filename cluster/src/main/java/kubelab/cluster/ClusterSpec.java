package kubelab.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which cluster is wanted.
 *
 * @param provider {@code embedded}, {@code k3s} or {@code existing}
 * @param nodes how many nodes, 1 or more; ignored by {@code existing}
 * @param image the k3s image, if not the default one (see {@link K3sProvider#image})
 * @param serverFlags further flags for {@code k3s server}
 * @param context the context in the user's kubeconfig ({@code existing} only, and needed there)
 * @param allowClusterScope whether exercises may change cluster-scoped objects of an existing cluster
 * @param startTimeout how long the start may take before it is given up
 */
public record ClusterSpec(
        String provider,
        int nodes,
        Optional<String> image,
        List<String> serverFlags,
        Optional<String> context,
        boolean allowClusterScope,
        Duration startTimeout) {

    public static final String EMBEDDED = "embedded";
    public static final String K3S = "k3s";
    public static final String EXISTING = "existing";
    public static final List<String> PROVIDERS = List.of(EMBEDDED, K3S, EXISTING);

    public ClusterSpec {
        if (!PROVIDERS.contains(provider)) {
            throw new ClusterException(
                    ClusterException.Reason.WRONG_USE,
                    "There is no cluster provider \"" + provider + "\".",
                    "Use one of " + String.join(", ", PROVIDERS) + ".");
        }
        if (nodes < 1 || nodes > 100) {
            throw new ClusterException(
                    ClusterException.Reason.WRONG_USE,
                    "A cluster has 1 to 100 nodes, not " + nodes + ".",
                    "Give another number with --nodes.");
        }
        serverFlags = List.copyOf(serverFlags);
    }

    public static ClusterSpec of(String provider) {
        return new ClusterSpec(
                provider, 1, Optional.empty(), List.of(), Optional.empty(), false, Duration.ofMinutes(5));
    }

    public static ClusterSpec embedded() {
        return of(EMBEDDED);
    }

    public static ClusterSpec k3s() {
        return of(K3S);
    }

    public static ClusterSpec existing(String context) {
        return of(EXISTING).withContext(context);
    }

    /** {@code KUBELAB_CLUSTER} (or the system property {@code kubelab.cluster}), else {@code embedded}. */
    public static ClusterSpec fromEnvironment() {
        return of(Settings.value("kubelab.cluster", "KUBELAB_CLUSTER").orElse(EMBEDDED));
    }

    public ClusterSpec withNodes(int nodes) {
        return new ClusterSpec(provider, nodes, image, serverFlags, context, allowClusterScope, startTimeout);
    }

    public ClusterSpec withImage(String image) {
        return new ClusterSpec(
                provider, nodes, Optional.of(image), serverFlags, context, allowClusterScope, startTimeout);
    }

    public ClusterSpec withServerFlags(List<String> flags) {
        return new ClusterSpec(provider, nodes, image, flags, context, allowClusterScope, startTimeout);
    }

    public ClusterSpec withContext(String context) {
        return new ClusterSpec(
                provider, nodes, image, serverFlags, Optional.of(context), allowClusterScope, startTimeout);
    }

    public ClusterSpec withAllowClusterScope(boolean allow) {
        return new ClusterSpec(provider, nodes, image, serverFlags, context, allow, startTimeout);
    }

    public ClusterSpec withStartTimeout(Duration timeout) {
        return new ClusterSpec(provider, nodes, image, serverFlags, context, allowClusterScope, timeout);
    }
}
