package kubelab.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.EnumSet;
import java.util.Set;

/** Finds out what a cluster can do by asking it. */
final class Abilities {
    private Abilities() {}

    static Set<Ability> probe(KubernetesClient client, boolean clusterScope, Set<Ability> own) {
        Set<Ability> found = EnumSet.noneOf(Ability.class);
        found.addAll(own);
        if (clusterScope) {
            found.add(Ability.CLUSTER_SCOPE);
        }
        try {
            if (Readiness.hasDefaultStorageClass(client)) {
                found.add(Ability.DEFAULT_STORAGE_CLASS);
            }
            if (client.hasApiGroup("metrics.k8s.io", true)) {
                found.add(Ability.METRICS);
            }
        } catch (KubernetesClientException e) {
            // not allowed to look: counts as not there
        }
        return Set.copyOf(found);
    }
}
