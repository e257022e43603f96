package kubelab.grader;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;

/**
 * All that the grader needs to know of a cluster. It reaches the cluster by the kubeconfig alone, so that it grades in the
 * same way on each provider.
 *
 * @param kubeconfig an administrator's, in YAML, good in other processes too
 * @param provider embedded, k3s or existing
 * @param abilities what it can do beyond the ordinary, as in {@code nodes(3)}
 */
public record ClusterAccess(String kubeconfig, String provider, Set<String> abilities) {
    public ClusterAccess {
        abilities = Set.copyOf(abilities);
    }

    /** An existing cluster whose owner allows changes that all of it would feel. */
    boolean lendsItself() {
        return provider.equals(ClusterSpec.EXISTING) && abilities.contains(word(Ability.CLUSTER_SCOPE));
    }

    public static ClusterAccess of(Cluster cluster) {
        Set<String> abilities =
                cluster.abilities().stream().map(ClusterAccess::word).collect(Collectors.toSet());
        // three nodes are two nodes, too
        for (int n = 1; n <= cluster.nodes().size(); n++) {
            abilities.add("nodes(" + n + ")");
        }
        return new ClusterAccess(cluster.kubeconfig(), cluster.provider(), abilities);
    }

    /** As exercises name it: {@code stop-component}. */
    static String word(Ability ability) {
        return ability.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static ClusterAccess of(String kubeconfig, String provider, Set<String> abilities) {
        return new ClusterAccess(kubeconfig, provider, abilities);
    }
}
