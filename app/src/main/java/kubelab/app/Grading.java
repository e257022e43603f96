package kubelab.app;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.grader.ClusterAccess;

/** A cluster as the grader knows it. */
public final class Grading {
    private Grading() {}

    public static ClusterAccess access(Cluster cluster) {
        return ClusterAccess.of(cluster.kubeconfig(), cluster.provider(), words(cluster));
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
