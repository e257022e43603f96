package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node has for a Pod's claims.
 *
 * @param reasons why the node will not do; empty when it will
 * @param matches claim → the volume that it gets there
 * @param provisions claims whose volume is to be made there
 */
record PodVolumes(
        List<String> reasons,
        Map<PersistentVolumeClaim, PersistentVolume> matches,
        List<PersistentVolumeClaim> provisions) {
    static final String NO_MATCH = "node(s) didn't find available persistent volumes to bind";
    static final String OUT_OF_REACH = "node(s) didn't match PersistentVolume's node affinity";
    static final String NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

    PodVolumes {
        reasons = List.copyOf(reasons);
        matches = new LinkedHashMap<>(matches);
        provisions = List.copyOf(provisions);
    }

    static PodVolumes none(String reason) {
        return new PodVolumes(List.of(reason), Map.of(), List.of());
    }
}
