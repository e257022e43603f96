package kubelab.controlplane.controllermanager.persistentvolume;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;
import kubelab.controlplane.volumes.VolumeMatch;

/**
 * Keeps a volume's phase, and reclaims a volume whose claim is gone.
 *
 * <p>Simplified: volumes are not recycled, such a volume becomes Failed; and of a hostPath below /tmp that is to be deleted only
 * the object goes, its files stay.
 */
final class VolumeSync implements Reconciler {
    private static final Pattern DELETABLE = Pattern.compile("/tmp/.+");

    private final Cached<PersistentVolume> volumes;
    private final Cached<PersistentVolumeClaim> claims;
    private final Binder binder;
    private final KubernetesClient client;
    private final EventRecorder events;

    VolumeSync(
            Cached<PersistentVolume> volumes,
            Cached<PersistentVolumeClaim> claims,
            Binder binder,
            KubernetesClient client,
            EventRecorder events) {
        this.volumes = volumes;
        this.claims = claims;
        this.binder = binder;
        this.client = client;
        this.events = events;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolume> found = volumes.get(key).map(binder::newest);
        if (found.isEmpty()) {
            binder.forget(key);
            return Result.done();
        }
        PersistentVolume volume = found.get();
        ObjectReference reference = volume.getSpec().getClaimRef();
        if (reference == null || Bindings.uid(reference).isEmpty()) {
            binder.phase(volume, "Available", ""); // perhaps promised, but no claim has it
            return Result.done();
        }
        Optional<PersistentVolumeClaim> claim = claim(volume, reference);
        if (claim.isEmpty()) {
            release(volume);
        } else if (Claims.volumeName(claim.get()).isEmpty()) {
            unfinished(volume, claim.get());
        } else if (Claims.volumeName(claim.get()).equals(key.name())) {
            binder.phase(volume, "Bound", "");
        } else if (isProvisioned(volume) && policy(volume).equals("Delete")) {
            release(volume); // it was made for this claim, which has another one: superfluous
        } else {
            binder.unbind(volume);
        }
        return Result.done();
    }
    // end::reconcile[]

    /** The claim that the volume is bound to: of that name and that uid. Read again before it is taken for gone. */
    private Optional<PersistentVolumeClaim> claim(PersistentVolume volume, ObjectReference reference) {
        Optional<PersistentVolumeClaim> cached =
                claims.get(reference.getNamespace(), reference.getName()).map(binder::newest);
        boolean same = cached.isPresent() && isSame(cached.get(), reference);
        if (same || isReleased(volume)) {
            return cached.filter(c -> same);
        }
        return Optional.ofNullable(client.persistentVolumeClaims()
                        .inNamespace(reference.getNamespace())
                        .withName(reference.getName())
                        .get())
                .filter(c -> isSame(c, reference));
    }

    /** The claim does not name its volume yet, or not any more; looking at the claim settles that. */
    private void unfinished(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (!VolumeMatch.sameVolumeMode(volume, claim)) {
            events.warning(
                    volume,
                    "VolumeMismatch",
                    "Cannot bind PersistentVolume to requested PersistentVolumeClaim \""
                            + claim.getMetadata().getName() + "\" due to incompatible volumeMode.");
            events.warning(
                    claim,
                    "VolumeMismatch",
                    "Cannot bind PersistentVolume \"" + volume.getMetadata().getName()
                            + "\" to requested PersistentVolumeClaim due to incompatible volumeMode.");
        }
    }

    private void release(PersistentVolume volume) {
        PersistentVolume released = isReleased(volume) ? volume : binder.phase(volume, "Released", "");
        switch (policy(volume)) {
            case "Retain" -> {
                // its data may still be wanted: a person decides
            }
            case "Delete" -> delete(released);
            case "Recycle" ->
                binder.failed(released, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
            default ->
                binder.failed(
                        released,
                        "VolumeUnknownReclaimPolicy",
                        "Volume has unrecognized PersistentVolumeReclaimPolicy");
        }
    }

    private void delete(PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        if (isProvisioned(volume) || volume.getSpec().getCsi() != null) {
            return; // its provisioner removes it
        }
        if (volume.getSpec().getHostPath() == null) {
            binder.failed(
                    volume,
                    "VolumeFailedDelete",
                    "error getting deleter volume plugin for volume \"" + name + "\": no volume plugin matched");
        } else if (!DELETABLE.matcher(volume.getSpec().getHostPath().getPath()).find()) {
            binder.failed(
                    volume,
                    "VolumeFailedDelete",
                    "host_path deleter only supports /tmp/.+ but received provided "
                            + volume.getSpec().getHostPath().getPath());
        } else if (volume.getMetadata().getDeletionTimestamp() == null) {
            client.persistentVolumes().withName(name).delete();
        }
    }

    private static boolean isSame(PersistentVolumeClaim claim, ObjectReference reference) {
        return claim.getMetadata().getUid().equals(reference.getUid());
    }

    private static boolean isReleased(PersistentVolume volume) {
        return Binder.phase(volume).equals("Released") || Binder.phase(volume).equals("Failed");
    }

    private static boolean isProvisioned(PersistentVolume volume) {
        return !Claims.annotation(volume.getMetadata(), Claims.PROVISIONED_BY).isEmpty();
    }

    private static String policy(PersistentVolume volume) {
        return Objects.requireNonNullElse(volume.getSpec().getPersistentVolumeReclaimPolicy(), "");
    }
}
