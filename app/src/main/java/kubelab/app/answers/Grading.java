package kubelab.app.answers;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.PrivateClusters;
import kubelab.cluster.Progress;
import kubelab.grader.ClusterAccess;

/** A cluster as the grader knows it. */
public final class Grading {
    private Grading() {}

    public static ClusterAccess access(Cluster cluster) {
        return ClusterAccess.of(cluster.kubeconfig(), cluster.provider(), words(cluster));
    }

    /**
     * Where exercises are graded that need a cluster to themselves.
     *
     * @param spec how this cluster was asked for; empty where it ran already
     */
    public static PrivateClusters privateClusters(Cluster cluster, Optional<ClusterSpec> spec, Progress progress) {
        if (cluster.provider().equals(ClusterSpec.EXISTING)
                && cluster.abilities().contains(Ability.CLUSTER_SCOPE)) {
            return PrivateClusters.lending(cluster);
        }
        return PrivateClusters.like(spec.orElseGet(() -> ClusterSpec.of(cluster.provider())), progress);
    }

    /** The words that exercises use for what they need: {@code nodes(2)}, {@code default-storage-class}, … */
    static Set<String> words(Cluster cluster) {
        Set<String> words = new TreeSet<>();
        for (Ability ability : cluster.abilities()) {
            words.add(ability.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        IntStream.rangeClosed(1, cluster.nodes().size()).forEach(n -> words.add("nodes(" + n + ")"));
        return words;
    }
}
