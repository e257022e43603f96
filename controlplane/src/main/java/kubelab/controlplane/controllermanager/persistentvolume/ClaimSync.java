package kubelab.controlplane.controllermanager.persistentvolume;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;
import kubelab.controlplane.volumes.VolumeMatch;

/** Finds a volume for a claim, or says in an Event why there is none; looks after it when it has one. */
final class ClaimSync implements Reconciler {
    /** A claim that waits is looked at again so often, and its Event counts the looks. */
    static final Duration RESYNC = Duration.ofSeconds(15);

    private final Cached<PersistentVolumeClaim> claims;
    private final Cached<PersistentVolume> volumes;
    private final Cached<StorageClass> classes;
    private final Cached<Pod> pods;
    private final Binder binder;
    private final KubernetesClient client;
    private final EventRecorder events;

    ClaimSync(
            Cached<PersistentVolumeClaim> claims,
            Cached<PersistentVolume> volumes,
            Cached<StorageClass> classes,
            Cached<Pod> pods,
            Binder binder,
            KubernetesClient client,
            EventRecorder events) {
        this.claims = claims;
        this.volumes = volumes;
        this.classes = classes;
        this.pods = pods;
        this.binder = binder;
        this.client = client;
        this.events = events;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolumeClaim> found = claims.get(key).map(binder::newest);
        if (found.isEmpty()) {
            binder.forget(key);
            return Result.done();
        }
        PersistentVolumeClaim claim = found.get();
        if (Claims.has(claim.getMetadata(), Claims.BIND_COMPLETED)) {
            keep(claim);
            return Result.done();
        }
        boolean bound = Claims.volumeName(claim).isEmpty() ? findVolume(claim) : takeVolume(claim);
        return bound ? Result.done() : Result.after(RESYNC);
    }
    // end::reconcile[]

    /** A claim that takes any volume. @return whether it has one now */
    private boolean findVolume(PersistentVolumeClaim claim) {
        Optional<StorageClass> storageClass = classes.get("", Claims.className(claim));
        boolean waits = Claims.waitsForConsumer(storageClass.orElse(null));
        Optional<PersistentVolume> match = VolumeMatch.find(
                claim, volumes.list().stream().map(binder::newest).toList(), waits);
        if (match.isPresent()) {
            binder.bind(match.get(), claim);
            return true;
        }
        if (!Claims.choosesClass(claim) && takeDefaultClass(claim)) {
            return false;
        }
        if (waits && Claims.selectedNode(claim).isEmpty()) {
            sayWhatItWaitsFor(claim);
        } else if (!Claims.className(claim).isEmpty()) {
            askProvisioner(claim, storageClass);
            return false;
        } else {
            events.normal(
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set");
        }
        binder.phase(claim, "Pending", null);
        return false;
    }

    /** A claim that names its volume. @return whether it has it now */
    private boolean takeVolume(PersistentVolumeClaim claim) {
        String name = Claims.volumeName(claim);
        Optional<PersistentVolume> found = volumes.get("", name).map(binder::newest);
        if (found.isEmpty()) {
            binder.phase(claim, "Pending", null);
            return false;
        }
        PersistentVolume volume = found.get();
        if (volume.getSpec().getClaimRef() == null) {
            Optional<String> mismatch = VolumeMatch.mismatch(volume, claim);
            if (mismatch.isPresent()) {
                events.warning(
                        claim, "VolumeMismatch", "Cannot bind to requested volume \"" + name + "\": " + mismatch.get());
                binder.phase(claim, "Pending", null);
                return false;
            }
        } else if (!Bindings.isFor(volume, claim)) {
            events.warning(claim, "FailedBinding", "volume \"" + name + "\" already bound to a different claim.");
            binder.phase(claim, "Pending", null);
            return false;
        }
        binder.bind(volume, claim);
        return true;
    }

    /** A claim that was bound. */
    private void keep(PersistentVolumeClaim claim) {
        String name = Claims.volumeName(claim);
        if (name.isEmpty()) {
            binder.lost(
                    claim,
                    "ClaimLost",
                    "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
            return;
        }
        // The cache of volumes may be behind that of claims: what it does not show may be there.
        PersistentVolume volume = volumes.get("", name)
                .map(binder::newest)
                .orElseGet(() -> client.persistentVolumes().withName(name).get());
        if (volume == null) {
            binder.lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
            return;
        }
        ObjectReference reference = volume.getSpec().getClaimRef();
        if (reference == null
                || Bindings.uid(reference).equals(claim.getMetadata().getUid())) {
            binder.bind(volume, claim);
        } else {
            binder.lost(
                    claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        }
    }

    /** A claim from before there was a default class gets it now. @return whether it was written */
    private boolean takeDefaultClass(PersistentVolumeClaim claim) {
        Optional<StorageClass> standard = classes.list().stream()
                .filter(Claims::isDefault)
                .max(Comparator.comparing((StorageClass c) -> c.getMetadata().getCreationTimestamp())
                        .thenComparing(c -> c.getMetadata().getName(), Comparator.reverseOrder()));
        standard.ifPresent(c -> client.resource(new PersistentVolumeClaimBuilder(claim)
                        .editSpec()
                        .withStorageClassName(c.getMetadata().getName())
                        .endSpec()
                        .build())
                .update());
        return standard.isPresent();
    }

    private void sayWhatItWaitsFor(PersistentVolumeClaim claim) {
        List<String> waiting = pods.inNamespace(claim.getMetadata().getNamespace()).stream()
                .filter(pod -> Claims.of(pod).contains(claim.getMetadata().getName()))
                .filter(pod -> !PodState.isFinished(pod))
                .filter(pod -> Objects.requireNonNullElse(pod.getSpec().getNodeName(), "")
                        .isEmpty())
                .map(pod -> pod.getMetadata().getName())
                .toList();
        if (waiting.isEmpty()) {
            events.normal(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        } else {
            events.normal(
                    claim,
                    "WaitForPodScheduled",
                    "waiting for " + (waiting.size() > 1 ? "pods " : "pod ") + String.join(",", waiting)
                            + " to be scheduled");
        }
    }

    /** Tells the class's provisioner that it is its turn, by annotations: provisioners are controllers of their own. */
    private void askProvisioner(PersistentVolumeClaim claim, Optional<StorageClass> storageClass) {
        if (storageClass.isEmpty()) {
            events.warning(
                    claim,
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"" + Claims.className(claim) + "\" not found");
            return;
        }
        String provisioner = storageClass.get().getProvisioner();
        if (provisioner.startsWith("kubernetes.io/")) {
            events.warning(claim, "ProvisioningFailed", "no volume plugin matched name: " + provisioner);
            return;
        }
        if (!Claims.annotation(claim.getMetadata(), Claims.STORAGE_PROVISIONER).equals(provisioner)) {
            client.resource(new PersistentVolumeClaimBuilder(claim)
                            .editMetadata()
                            .addToAnnotations(Claims.BETA_STORAGE_PROVISIONER, provisioner)
                            .addToAnnotations(Claims.STORAGE_PROVISIONER, provisioner)
                            .endMetadata()
                            .build())
                    .update();
        }
        events.normal(
                claim,
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '" + provisioner
                        + "' or manually by the system administrator. If volume creation is delayed, please verify that"
                        + " the provisioner is running and correctly registered.");
    }
}
