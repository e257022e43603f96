package kubelab.controlplane.volumes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/**
 * Which volume a claim gets: one that is promised to it, else the smallest that will do.
 *
 * <p>Source: {@code component-helpers/storage/volume} (FindMatchingVolume) and
 * {@code pkg/controller/volume/persistentvolume/index.go}, 1.34.
 */
public final class VolumeMatch {
    private VolumeMatch() {}

    /**
     * For the controller: volumes with as few access modes as possible are looked at first.
     *
     * @param promisedOnly the claim waits for its first Pod: only a volume that is promised to it will do
     */
    public static Optional<PersistentVolume> find(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, boolean promisedOnly) {
        List<Integer> counts = volumes.stream()
                .map(v -> v.getSpec().getAccessModes().size())
                .distinct()
                .sorted()
                .toList();
        for (int count : counts) {
            Optional<PersistentVolume> found = find(
                    claim,
                    volumes.stream()
                            .filter(v -> v.getSpec().getAccessModes().size() == count && hasModes(v, claim))
                            .toList(),
                    null,
                    Set.of(),
                    promisedOnly);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * For the scheduler: what the claim would get on one node.
     *
     * @param taken names of volumes that other claims of the same Pod get
     */
    public static Optional<PersistentVolume> onNode(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, Node node, Set<String> taken) {
        return find(claim, volumes, node, taken, false);
    }

    /** Why a volume that the claim asks for by name will not do; empty when it will. */
    public static Optional<String> mismatch(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (volume.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of("the volume is marked for deletion \""
                    + volume.getMetadata().getName() + "\"");
        }
        if (Claims.size(volume).compareTo(Claims.size(claim)) < 0) {
            return Optional.of("requested PV is too small");
        }
        if (!Claims.className(volume).equals(Claims.className(claim))) {
            return Optional.of("storageClassName does not match");
        }
        if (!attributes(volume).equals(attributes(claim))) {
            return Optional.of("volumeAttributesClassName does not match");
        }
        if (!sameVolumeMode(volume, claim)) {
            return Optional.of("incompatible volumeMode");
        }
        return hasModes(volume, claim) ? Optional.empty() : Optional.of("incompatible accessMode");
    }

    /** Both are file systems, or both are block devices. */
    public static boolean sameVolumeMode(PersistentVolume volume, PersistentVolumeClaim claim) {
        return Objects.requireNonNullElse(volume.getSpec().getVolumeMode(), "Filesystem")
                .equals(Objects.requireNonNullElse(claim.getSpec().getVolumeMode(), "Filesystem"));
    }

    private static Optional<PersistentVolume> find(
            PersistentVolumeClaim claim,
            Collection<PersistentVolume> volumes,
            @Nullable Node node,
            Set<String> taken,
            boolean promisedOnly) {
        List<PersistentVolume> possible = volumes.stream()
                .filter(v -> !taken.contains(v.getMetadata().getName()))
                .filter(v -> v.getSpec().getClaimRef() == null || Bindings.isFor(v, claim))
                .filter(v -> Claims.size(v).compareTo(Claims.size(claim)) >= 0)
                .filter(v -> sameVolumeMode(v, claim) && attributes(v).equals(attributes(claim)))
                .filter(v -> v.getMetadata().getDeletionTimestamp() == null)
                .toList();
        Optional<PersistentVolume> promised =
                possible.stream().filter(v -> Bindings.isFor(v, claim)).findFirst();
        if (promised.isPresent()) {
            return promised.filter(v -> node == null || Bindings.reaches(v, node));
        }
        if (promisedOnly) {
            return Optional.empty();
        }
        return possible.stream()
                .filter(v -> v.getStatus() != null
                        && "Available".equals(v.getStatus().getPhase()))
                .filter(v -> claim.getSpec().getSelector() == null
                        || LabelSelectors.match(
                                claim.getSpec().getSelector(), v.getMetadata().getLabels()))
                .filter(v -> Claims.className(v).equals(Claims.className(claim)))
                .filter(v -> hasModes(v, claim))
                .filter(v -> node == null || Bindings.reaches(v, node))
                // Upstream takes whichever of the smallest comes first; here it is always the same.
                .min(Comparator.comparing((PersistentVolume v) -> Claims.size(v))
                        .thenComparing(v -> v.getMetadata().getName()));
    }

    private static boolean hasModes(PersistentVolume volume, PersistentVolumeClaim claim) {
        return volume.getSpec().getAccessModes().containsAll(claim.getSpec().getAccessModes());
    }

    private static String attributes(PersistentVolume volume) {
        return Objects.requireNonNullElse(volume.getSpec().getVolumeAttributesClassName(), "");
    }

    private static String attributes(PersistentVolumeClaim claim) {
        return Objects.requireNonNullElse(claim.getSpec().getVolumeAttributesClassName(), "");
    }
}
