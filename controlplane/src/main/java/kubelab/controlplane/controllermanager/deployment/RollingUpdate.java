package kubelab.controlplane.controllermanager.deployment;

import static kubelab.controlplane.controllermanager.deployment.Replicas.available;
import static kubelab.controlplane.controllermanager.deployment.Replicas.wanted;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arithmetic of a rolling update. Each step asks: how far may the new ReplicaSet grow, and how far may the old ones
 * shrink, so that there are never more than {@code replicas + maxSurge} Pods and never fewer than
 * {@code replicas - maxUnavailable} available ones? Pure functions of what is there now.
 *
 * <p>Source: {@code pkg/controller/deployment/rolling.go}, 1.34.
 */
final class RollingUpdate {
    private RollingUpdate() {}

    // tag::surge[]
    /** What the new ReplicaSet may be scaled to. */
    static int newReplicas(Deployment deployment, List<ReplicaSet> all, int current) {
        if (!Replicas.isRolling(deployment)) {
            return wanted(deployment);
        }
        int ceiling = wanted(deployment) + Replicas.maxSurge(deployment);
        int room = ceiling - wanted(all);
        if (room <= 0) {
            return current;
        }
        return current + Math.min(room, wanted(deployment) - current);
    }
    // end::surge[]

    // tag::unavailable[]
    /**
     * Which old ReplicaSets shrink, and to what. Pods that do not serve anyway go first, whatever the floor.
     *
     * @return old ReplicaSet → its new size, in the order in which to scale
     */
    static Map<ReplicaSet, Integer> shrinkOld(Deployment deployment, ReplicaSet current, List<ReplicaSet> old) {
        Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
        int floor = wanted(deployment) - Replicas.maxUnavailable(deployment);
        int newUnavailable = wanted(current) - available(current);
        int mayGo = wanted(old) + wanted(current) - floor - newUnavailable;
        if (mayGo <= 0) {
            return sizes;
        }
        List<ReplicaSet> oldestFirst = old.stream()
                .sorted(Comparator.comparing(s -> s.getMetadata().getCreationTimestamp()))
                .toList();
        for (ReplicaSet set : oldestFirst) {
            int unhealthy = wanted(set) - available(set);
            int go = Math.min(mayGo, Math.max(0, unhealthy));
            if (go > 0) {
                sizes.put(set, wanted(set) - go);
                mayGo -= go;
            }
        }

        int availableNow = available(old) + available(current);
        int availableMayGo = Math.max(0, availableNow - floor);
        for (ReplicaSet set : oldestFirst) {
            int size = sizes.getOrDefault(set, wanted(set));
            int go = Math.min(availableMayGo, size);
            if (go > 0) {
                sizes.put(set, size - go);
                availableMayGo -= go;
            }
        }
        return sizes;
    }
    // end::unavailable[]
}
