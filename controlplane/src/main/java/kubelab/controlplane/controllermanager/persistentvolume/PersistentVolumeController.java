package kubelab.controlplane.controllermanager.persistentvolume;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;

/**
 * Wires the binder. A key with a namespace is a claim's, one without is a volume's.
 *
 * <p>Simplified: a claim that waits is looked at as soon as a volume or a class changes, and every 15 seconds; upstream only
 * does the latter.
 */
public final class PersistentVolumeController {
    public static final String NAME = "persistentvolume-binder-controller";

    private static final String ACCOUNT = "persistent-volume-binder";
    /** As its Events name it. */
    private static final String SOURCE = "persistentvolume-controller";

    private PersistentVolumeController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        EventRecorder events = context.events().recorder(client, SOURCE, "");
        Cached<PersistentVolumeClaim> claims = context.informers().ofDormant(PersistentVolumeClaim.class);
        Cached<PersistentVolume> volumes = context.informers().ofDormant(PersistentVolume.class);
        Cached<StorageClass> classes = context.informers().ofDormant(StorageClass.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Binder binder = new Binder(client, events, context.clock());
        ClaimSync claimSync = new ClaimSync(claims, volumes, classes, pods, binder, client, events);
        VolumeSync volumeSync = new VolumeSync(volumes, claims, binder, client, events);
        ControlLoop loop = new ControlLoop(
                NAME,
                context.clock(),
                key -> key.namespace().isEmpty() ? volumeSync.reconcile(key) : claimSync.reconcile(key));
        claims.onEvent(
                claim -> enqueue(loop, claim), (before, after) -> enqueue(loop, after), gone -> volumes.list().stream()
                        .filter(volume -> Bindings.isFor(volume, gone))
                        .forEach(volume -> loop.enqueue(Key.of(volume))));
        volumes.onChange(volume -> {
            loop.enqueue(Key.of(volume));
            ObjectReference claim = volume.getSpec().getClaimRef();
            if (claim != null) {
                loop.enqueue(new Key(Objects.requireNonNullElse(claim.getNamespace(), ""), claim.getName()));
            } else {
                enqueueWaiting(loop, claims, Claims.className(volume));
            }
        });
        classes.onEvent(
                added -> enqueueWaiting(loop, claims, ""),
                (before, after) -> enqueueWaiting(loop, claims, ""),
                gone -> {});
        return loop;
    }

    private static void enqueue(ControlLoop loop, PersistentVolumeClaim claim) {
        loop.enqueue(Key.of(claim));
        if (!Claims.volumeName(claim).isEmpty()) {
            loop.enqueue(new Key("", Claims.volumeName(claim)));
        }
    }

    /** @param className of which class; empty for all */
    private static void enqueueWaiting(ControlLoop loop, Cached<PersistentVolumeClaim> claims, String className) {
        claims.list().stream()
                .filter(claim -> !Claims.isBound(claim))
                .filter(claim -> className.isEmpty() || Claims.className(claim).equals(className))
                .forEach(claim -> loop.enqueue(Key.of(claim)));
    }
}
