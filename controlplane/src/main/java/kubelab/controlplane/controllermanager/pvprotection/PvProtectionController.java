package kubelab.controlplane.controllermanager.pvprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** Takes the finalizer from deleted volumes that no claim has. */
public final class PvProtectionController {
    /** The controller's name upstream. */
    public static final String NAME = "persistentvolume-protection-controller";

    private static final String ACCOUNT = "pv-protection-controller";
    private static final String FINALIZER = "kubernetes.io/pv-protection";

    private PvProtectionController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        Cached<PersistentVolume> volumes = context.informers().ofDormant(PersistentVolume.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            volumes.get(key).ifPresent(volume -> reconcile(volume, client));
            return Result.done();
        });
        volumes.onEvent(volume -> enqueue(loop, volume), (before, after) -> enqueue(loop, after), gone -> {});
        return loop;
    }

    private static void reconcile(PersistentVolume volume, KubernetesClient client) {
        boolean isProtected = volume.getMetadata().getFinalizers().contains(FINALIZER);
        boolean goes = volume.getMetadata().getDeletionTimestamp() != null;
        PersistentVolumeBuilder next = new PersistentVolumeBuilder(volume);
        if (!goes && !isProtected) {
            client.resource(next.editMetadata()
                            .addToFinalizers(FINALIZER)
                            .endMetadata()
                            .build())
                    .update();
        } else if (goes && isProtected && !"Bound".equals(volume.getStatus().getPhase())) {
            client.resource(next.editMetadata()
                            .removeFromFinalizers(FINALIZER)
                            .endMetadata()
                            .build())
                    .update();
        }
    }

    private static void enqueue(ControlLoop loop, PersistentVolume volume) {
        boolean isProtected = volume.getMetadata().getFinalizers().contains(FINALIZER);
        if (isProtected == (volume.getMetadata().getDeletionTimestamp() != null)) {
            loop.enqueue(Key.of(volume));
        }
    }
}
