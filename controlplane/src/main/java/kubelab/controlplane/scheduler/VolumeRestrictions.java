package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.volumes.Claims;

/** A claim with the access mode ReadWriteOncePod is for one Pod of the cluster at a time. */
final class VolumeRestrictions implements Filter {
    private final VolumeLister lister;

    VolumeRestrictions(VolumeLister lister) {
        this.lister = lister;
    }

    @Override
    public String name() {
        return "VolumeRestrictions";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        String namespace = Objects.requireNonNullElse(pod.getMetadata().getNamespace(), "");
        Set<String> exclusive = new HashSet<>();
        for (String name : Claims.of(pod)) {
            boolean single = lister.claim(namespace, name)
                    .orElseThrow(() -> new Unschedulable("persistentvolumeclaim \"" + name + "\" not found"))
                    .getSpec()
                    .getAccessModes()
                    .contains("ReadWriteOncePod");
            if (single) {
                exclusive.add(name);
            }
        }
        boolean taken = !exclusive.isEmpty()
                && nodes.stream()
                        .flatMap(node -> node.pods().stream())
                        .filter(other -> other.namespace().equals(namespace))
                        .anyMatch(other -> Claims.of(other.pod()).stream().anyMatch(exclusive::contains));
        return node -> taken
                ? Verdict.occupied(
                        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use"
                                + " by another pod")
                : Verdict.ok();
    }
}
