package kubelab.controlplane.controllermanager.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.caches.OwnWrites;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;
import org.jspecify.annotations.Nullable;

/**
 * Writes bindings and phases. Every write names the version that it is about; a refusal leaves the rest to the next look,
 * which finds what was written and goes on from there.
 */
final class Binder {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    private final OwnWrites<PersistentVolume> ownVolumes = new OwnWrites<>();
    private final OwnWrites<PersistentVolumeClaim> ownClaims = new OwnWrites<>();

    Binder(KubernetesClient client, EventRecorder events, Clock clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    // tag::bind[]
    /** Binds the two: the volume first, so that no other claim can have it meanwhile. */
    void bind(PersistentVolume volume, PersistentVolumeClaim claim) {
        PersistentVolume bound = Bindings.bound(volume, claim)
                .map(next -> ownVolumes.wrote(client.resource(next).update()))
                .orElse(volume);
        phase(bound, "Bound", "");
        PersistentVolumeClaim next = named(claim, volume.getMetadata().getName());
        phase(next.equals(claim) ? claim : ownClaims.wrote(client.resource(next).update()), "Bound", bound);
    }
    // end::bind[]

    /** The newer of what the cache shows and what was written here. */
    PersistentVolume newest(PersistentVolume seen) {
        return ownVolumes.newest(seen);
    }

    PersistentVolumeClaim newest(PersistentVolumeClaim seen) {
        return ownClaims.newest(seen);
    }

    /** The object is gone. */
    void forget(Key key) {
        String name = key.namespace() + "/" + key.name();
        ownClaims.forget(name);
        ownVolumes.forget(name);
    }

    /** Takes the volume back from a claim that has another one. One that a person promised to the claim stays promised. */
    void unbind(PersistentVolume volume) {
        PersistentVolumeBuilder free = new PersistentVolumeBuilder(volume);
        if (Claims.has(volume.getMetadata(), Claims.BOUND_BY_CONTROLLER)) {
            free.editMetadata()
                    .removeFromAnnotations(Claims.BOUND_BY_CONTROLLER)
                    .endMetadata()
                    .editSpec()
                    .withClaimRef(null)
                    .endSpec();
        } else {
            free.editSpec().editClaimRef().withUid(null).endClaimRef().endSpec();
        }
        phase(ownVolumes.wrote(client.resource(free.build()).update()), "Available", "");
    }

    /** @return the volume as it is now */
    PersistentVolume phase(PersistentVolume volume, String phase, String message) {
        if (phase.equals(phase(volume))) {
            return volume;
        }
        return ownVolumes.wrote(client.resource(new PersistentVolumeBuilder(volume)
                        .editOrNewStatus()
                        .withPhase(phase)
                        .withMessage(message.isEmpty() ? null : message)
                        .withLastPhaseTransitionTime(
                                clock.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .endStatus()
                        .build())
                .updateStatus());
    }

    /** Marks a volume that cannot be reclaimed, once. */
    void failed(PersistentVolume volume, String reason, String message) {
        if (!phase(volume).equals("Failed")) {
            phase(volume, "Failed", message);
            events.warning(volume, reason, message);
        }
    }

    /** The claim has lost its volume. The Event comes with the change, not with each look. */
    void lost(PersistentVolumeClaim claim, String reason, String message) {
        if (!phase(claim).equals("Lost")) {
            phase(claim, "Lost", null);
            events.warning(claim, reason, message);
        }
    }

    /** @param volume whose size and access modes the claim has now; null for none */
    void phase(PersistentVolumeClaim claim, String phase, @Nullable PersistentVolume volume) {
        PersistentVolumeClaimStatus status =
                Objects.requireNonNullElseGet(claim.getStatus(), PersistentVolumeClaimStatus::new);
        List<String> modes = volume == null ? List.of() : volume.getSpec().getAccessModes();
        Map<String, Quantity> capacity = capacity(status, phase, volume);
        if (phase.equals(phase(claim))
                && modes.equals(Objects.requireNonNullElse(status.getAccessModes(), List.of()))
                && Claims.storage(capacity).compareTo(Claims.storage(status.getCapacity())) == 0) {
            return;
        }
        ownClaims.wrote(client.resource(new PersistentVolumeClaimBuilder(claim)
                        .editOrNewStatus()
                        .withPhase(phase)
                        .withAccessModes(modes)
                        .withCapacity(capacity.isEmpty() ? null : capacity)
                        .endStatus()
                        .build())
                .updateStatus());
    }

    static String phase(PersistentVolume volume) {
        return volume.getStatus() == null
                ? ""
                : Objects.requireNonNullElse(volume.getStatus().getPhase(), "");
    }

    static String phase(PersistentVolumeClaim claim) {
        return claim.getStatus() == null
                ? ""
                : Objects.requireNonNullElse(claim.getStatus().getPhase(), "");
    }

    /** A claim takes the volume's size when it becomes bound; later a difference may be meant. */
    private static Map<String, Quantity> capacity(
            PersistentVolumeClaimStatus status, String phase, @Nullable PersistentVolume volume) {
        if (volume == null) {
            return Map.of();
        }
        return phase.equals(status.getPhase())
                ? Objects.requireNonNullElse(status.getCapacity(), Map.of())
                : Objects.requireNonNullElse(volume.getSpec().getCapacity(), Map.of());
    }

    private static PersistentVolumeClaim named(PersistentVolumeClaim claim, String volume) {
        PersistentVolumeClaimBuilder named = new PersistentVolumeClaimBuilder(claim);
        if (!Claims.volumeName(claim).equals(volume)) {
            named.editSpec()
                    .withVolumeName(volume)
                    .endSpec()
                    .editMetadata()
                    .addToAnnotations(Claims.BOUND_BY_CONTROLLER, "yes")
                    .endMetadata();
        }
        if (!Claims.has(claim.getMetadata(), Claims.BIND_COMPLETED)) {
            named.editMetadata().addToAnnotations(Claims.BIND_COMPLETED, "yes").endMetadata();
        }
        return named.build();
    }
}
