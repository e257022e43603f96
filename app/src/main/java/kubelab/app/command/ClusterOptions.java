package kubelab.app.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.cluster.ClusterSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a cluster. */
final class ClusterOptions {
    /** Where Pods go can only be seen where there is a choice. */
    private static final int NODES = 3;

    @Option(
            names = "--cluster",
            paramLabel = "PROVIDER",
            description = "embedded (the default: Java only), k3s (Docker) or existing (with --context)."
                    + " KUBELAB_CLUSTER sets the default.")
    private @Nullable String provider;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes; default 3, enough for every exercise.")
    private @Nullable Integer nodes;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "The k3s image, if not the default one. KUBELAB_K3S_IMAGE does the same.")
    private @Nullable String image;

    @Option(
            names = "--server-flag",
            paramLabel = "FLAG",
            description = "A further flag for `k3s server`; may be given several times.")
    private List<String> serverFlags = new ArrayList<>();

    @Option(names = "--context", paramLabel = "NAME", description = "The context of an existing cluster.")
    private @Nullable String context;

    @Option(
            names = "--allow-cluster-scope",
            description = "Let exercises change cluster-scoped objects of an existing cluster.")
    private boolean allowClusterScope;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long the cluster may take to start; default ${DEFAULT-VALUE}.")
    private int timeout;

    /** Whether the command line asks for a cluster of its own. */
    boolean given() {
        return provider != null || nodes != null || image != null || context != null;
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        ClusterSpec spec = spec();
        arguments.add("--cluster=" + spec.provider());
        arguments.add("--nodes=" + spec.nodes());
        Optional.ofNullable(image).ifPresent(i -> arguments.add("--image=" + i));
        serverFlags.forEach(f -> arguments.add("--server-flag=" + f));
        Optional.ofNullable(context).ifPresent(c -> arguments.add("--context=" + c));
        if (allowClusterScope) {
            arguments.add("--allow-cluster-scope");
        }
        arguments.add("--timeout=" + timeout);
        return arguments;
    }

    /** A node of k3s is a container and costs seconds, so a command that knows what it needs starts no more. */
    ClusterSpec spec(int needed) {
        ClusterSpec spec = spec();
        return nodes == null && spec.provider().equals(ClusterSpec.K3S) ? spec.withNodes(needed) : spec;
    }

    ClusterSpec spec() {
        ClusterSpec spec = provider == null ? ClusterSpec.fromEnvironment() : ClusterSpec.of(provider);
        spec = spec.withNodes(nodes == null ? NODES : nodes)
                .withServerFlags(serverFlags)
                .withAllowClusterScope(allowClusterScope)
                .withStartTimeout(Duration.ofSeconds(timeout));
        if (image != null) {
            spec = spec.withImage(image);
        }
        return context == null ? spec : spec.withContext(context);
    }
}
