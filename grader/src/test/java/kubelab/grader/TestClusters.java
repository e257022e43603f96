package kubelab.grader;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.cluster.K3sProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Clusters for the tests, one of each kind for all test classes of a run. {@code -Dkubelab.test.kubeconfig=FILE} names a
 * real one that runs already, {@code -Dkubelab.test.abilities="nodes(3) cluster-scope"} what it can do.
 */
final class TestClusters {
    private static Optional<ClusterAccess> embedded = Optional.empty();
    private static Optional<ClusterAccess> real = Optional.empty();

    /** Why there is no real cluster; empty if there is one; null until a test asked. */
    private static @Nullable String obstacle;

    private TestClusters() {}

    static synchronized ClusterAccess embedded() {
        if (embedded.isEmpty()) {
            embedded = Optional.of(start(ClusterSpec.embedded().withNodes(3)));
        }
        return embedded.get();
    }

    /** Aborts the test with a printed reason where there is no real cluster, unless one is required. */
    static synchronized ClusterAccess real() throws IOException {
        String given = System.getProperty("kubelab.test.kubeconfig", "");
        if (real.isEmpty() && !given.isEmpty()) {
            real = Optional.of(existing(Files.readString(Path.of(given))));
        }
        if (real.isPresent()) {
            return real.get();
        }
        String mode = System.getProperty("kubelab.real", "auto");
        if (obstacle == null) {
            obstacle = mode.equals("off")
                    ? "-Dkubelab.real=off"
                    : K3sProvider.unavailable(System.out::println).orElse("");
        }
        String why = obstacle;
        if (mode.equals("required") && !why.isEmpty()) {
            throw new AssertionError("a real cluster is required, but: " + why);
        }
        if (!why.isEmpty()) {
            System.out.println("SKIPPED on the real cluster: " + why);
        }
        Assumptions.assumeTrue(why.isEmpty(), why);
        real = Optional.of(start(ClusterSpec.k3s().withNodes(3)));
        return real.get();
    }

    private static ClusterAccess existing(String kubeconfig) {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            int nodes = client.nodes().list().getItems().size();
            Set<String> abilities = IntStream.rangeClosed(1, nodes)
                    .mapToObj(n -> "nodes(" + n + ")")
                    .collect(Collectors.toSet());
            abilities.addAll(
                    List.of(System.getProperty("kubelab.test.abilities", "").split(" ")));
            return ClusterAccess.of(kubeconfig, "existing", abilities);
        }
    }

    private static ClusterAccess start(ClusterSpec spec) {
        Cluster cluster = Clusters.start(spec);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        return ClusterAccess.of(cluster);
    }
}
