package kubelab.grader;

import java.util.Set;

/**
 * All that the grader wants to know of a cluster. It goes by the kubeconfig alone, so that it grades over the same door
 * whoever started the cluster.
 *
 * @param kubeconfig an administrator's, in YAML, good in other processes too
 * @param provider embedded, k3s or existing
 * @param abilities what it can do beyond the ordinary, as in {@code nodes(3)}
 */
public record ClusterAccess(String kubeconfig, String provider, Set<String> abilities) {
    public ClusterAccess {
        abilities = Set.copyOf(abilities);
    }

    public static ClusterAccess of(String kubeconfig, String provider, Set<String> abilities) {
        return new ClusterAccess(kubeconfig, provider, abilities);
    }
}
