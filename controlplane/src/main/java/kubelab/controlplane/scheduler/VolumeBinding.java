package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;
import kubelab.controlplane.volumes.VolumeMatch;

/**
 * Whether the Pod's volumes can be used on a node: those that its claims have, and for claims that wait for their first Pod those
 * that they can get there. A claim that is bound by the controller must be bound before.
 *
 * <p>Source: {@code pkg/scheduler/framework/plugins/volumebinding}, 1.34. Simplified: how much room a node has for volumes is not
 * looked at (CSIStorageCapacity), nor how many volumes it may have.
 */
final class VolumeBinding implements Filter {
    static final String NAME = "VolumeBinding";

    private final VolumeLister lister;

    VolumeBinding(VolumeLister lister) {
        this.lister = lister;
    }

    @Override
    public String name() {
        return NAME;
    }

    // tag::filter[]
    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        if (Claims.of(pod).isEmpty()) {
            return node -> Verdict.ok();
        }
        List<PersistentVolumeClaim> claims = claims(pod);
        if (claims.stream().anyMatch(claim -> !Claims.isBound(claim) && !waitsForPod(claim))) {
            throw new Unschedulable("pod has unbound immediate PersistentVolumeClaims");
        }
        return node -> new Verdict(on(node.node(), claims).reasons(), false);
    }
    // end::filter[]

    /** What the Pod gets on a node that the filter let through. */
    PodVolumes on(Node node, Pod pod) {
        return on(node, claims(pod));
    }

    private PodVolumes on(Node node, List<PersistentVolumeClaim> claims) {
        Set<String> reasons = new LinkedHashSet<>();
        for (PersistentVolumeClaim claim : claims) {
            if (Claims.isBound(claim)) {
                Optional<PersistentVolume> volume = lister.volume(Claims.volumeName(claim));
                if (volume.isEmpty()) {
                    reasons.add(PodVolumes.NO_VOLUME);
                } else if (!Bindings.reaches(volume.get(), node)) {
                    reasons.add(PodVolumes.OUT_OF_REACH);
                }
            }
        }
        if (!reasons.isEmpty()) {
            return new PodVolumes(List.copyOf(reasons), Map.of(), List.of());
        }
        return unbound(node, claims.stream().filter(c -> !Claims.isBound(c)).toList());
    }

    /** The smallest claims choose first. What finds no volume needs one that is made. */
    private PodVolumes unbound(Node node, List<PersistentVolumeClaim> claims) {
        Map<PersistentVolumeClaim, PersistentVolume> matches = new LinkedHashMap<>();
        List<PersistentVolumeClaim> provisions = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (PersistentVolumeClaim claim :
                claims.stream().sorted(Comparator.comparing(Claims::size)).toList()) {
            String selected = Claims.selectedNode(claim);
            if (!selected.isEmpty() && !selected.equals(node.getMetadata().getName())) {
                return PodVolumes.none(PodVolumes.NO_MATCH);
            }
            Optional<PersistentVolume> match =
                    selected.isEmpty() ? VolumeMatch.onNode(claim, lister.volumes(), node, taken) : Optional.empty();
            if (match.isPresent()) {
                matches.put(claim, match.get());
                taken.add(match.get().getMetadata().getName());
            } else {
                provisions.add(claim);
            }
        }
        for (PersistentVolumeClaim claim : provisions) {
            Optional<StorageClass> storageClass = lister.storageClass(Claims.className(claim));
            if (storageClass.isEmpty() || !canProvision(storageClass.get(), node)) {
                return PodVolumes.none(PodVolumes.NO_MATCH);
            }
        }
        return new PodVolumes(List.of(), matches, provisions);
    }

    private List<PersistentVolumeClaim> claims(Pod pod) {
        List<PersistentVolumeClaim> claims = new ArrayList<>();
        for (String name : Claims.of(pod)) {
            String quoted = "persistentvolumeclaim \"" + name + "\" ";
            PersistentVolumeClaim claim = lister.claim(
                            Objects.requireNonNullElse(pod.getMetadata().getNamespace(), ""), name)
                    .orElseThrow(() -> new Unschedulable(quoted + "not found"));
            if (claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase())) {
                throw new Unschedulable(
                        quoted + "bound to non-existent persistentvolume \"" + Claims.volumeName(claim) + "\"");
            }
            if (claim.getMetadata().getDeletionTimestamp() != null) {
                throw new Unschedulable(quoted + "is being deleted");
            }
            claims.add(claim);
        }
        return claims;
    }

    /** A claim that names its volume is bound by the controller, whatever its class says. */
    private boolean waitsForPod(PersistentVolumeClaim claim) {
        return Claims.volumeName(claim).isEmpty()
                && Claims.waitsForConsumer(
                        lister.storageClass(Claims.className(claim)).orElse(null));
    }

    /** Whether volumes of the class can be made on the node. */
    private static boolean canProvision(StorageClass storageClass, Node node) {
        Map<String, String> labels =
                Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
        List<TopologySelectorTerm> allowed = Objects.requireNonNullElse(storageClass.getAllowedTopologies(), List.of());
        return !storageClass.getProvisioner().equals(Claims.NO_PROVISIONER)
                && (allowed.isEmpty()
                        || allowed.stream().anyMatch(term -> term.getMatchLabelExpressions().stream()
                                .allMatch(e -> e.getValues().contains(labels.getOrDefault(e.getKey(), "")))));
    }
}
