package kubelab.controlplane.volumes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.nodefit.NodeSelectors;

/** The volume's side of a binding: {@code claimRef}. With a uid it is bound to that claim, without one only promised. */
public final class Bindings {
    private Bindings() {}

    /** Whether the volume is promised or bound to this claim. */
    public static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        return reference != null
                && claim.getMetadata().getName().equals(reference.getName())
                && claim.getMetadata().getNamespace().equals(reference.getNamespace())
                && (uid(reference).isEmpty()
                        || uid(reference).equals(claim.getMetadata().getUid()));
    }

    /** The claim's uid as the volume notes it; empty when the volume is only promised. */
    public static String uid(ObjectReference reference) {
        return Objects.requireNonNullElse(reference.getUid(), "");
    }

    /** The volume bound to the claim; empty when it is already. */
    public static Optional<PersistentVolume> bound(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        boolean ours = isFor(volume, claim);
        boolean complete = ours && reference != null && !uid(reference).isEmpty();
        boolean marked = ours || Claims.has(volume.getMetadata(), Claims.BOUND_BY_CONTROLLER);
        if (complete && marked) {
            return Optional.empty();
        }
        PersistentVolumeBuilder bound = new PersistentVolumeBuilder(volume);
        if (!complete) {
            bound.editSpec().withClaimRef(reference(claim)).endSpec();
        }
        if (!marked) {
            bound.editMetadata()
                    .addToAnnotations(Claims.BOUND_BY_CONTROLLER, "yes")
                    .endMetadata();
        }
        return Optional.of(bound.build());
    }

    public static ObjectReference reference(PersistentVolumeClaim claim) {
        ObjectReference reference = new ObjectReference();
        reference.setApiVersion("v1");
        reference.setKind("PersistentVolumeClaim");
        reference.setNamespace(claim.getMetadata().getNamespace());
        reference.setName(claim.getMetadata().getName());
        reference.setUid(claim.getMetadata().getUid());
        reference.setResourceVersion(claim.getMetadata().getResourceVersion());
        return reference;
    }

    /** Whether the volume can be used on the node. */
    public static boolean reaches(PersistentVolume volume, Node node) {
        VolumeNodeAffinity affinity = volume.getSpec().getNodeAffinity();
        return affinity == null
                || affinity.getRequired() == null
                || affinity.getRequired().getNodeSelectorTerms().stream()
                        .anyMatch(term -> NodeSelectors.matches(term, node));
    }
}
