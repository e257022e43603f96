package kubelab.controlplane.controllermanager.expand;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;

/** Waits, in an Event, for an external controller that makes the volume larger. */
public final class ExpandController {
    /** The controller's name upstream. */
    public static final String NAME = "persistentvolume-expander-controller";

    private static final String ACCOUNT = "expand-controller";
    /** As its Events name it. */
    private static final String SOURCE = "volume_expand";

    private ExpandController() {}

    public static ControlLoop wire(ControllerContext context) {
        EventRecorder events = context.events().recorder(context.client(ACCOUNT), SOURCE, "");
        Cached<PersistentVolumeClaim> claims = context.informers().ofDormant(PersistentVolumeClaim.class);
        Cached<PersistentVolume> volumes = context.informers().ofDormant(PersistentVolume.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            claims.get(key)
                    .filter(claim -> isBound(claim, volumes))
                    .filter(claim -> Claims.size(claim)
                                    .compareTo(Claims.storage(claim.getStatus().getCapacity()))
                            > 0)
                    .ifPresent(claim -> events.normal(
                            claim, "ExternalExpanding", "waiting for an external controller to expand this PVC"));
            return Result.done();
        });
        claims.onEvent(
                added -> {},
                (before, after) -> {
                    if (Claims.size(after).compareTo(Claims.size(before)) > 0) {
                        loop.enqueue(Key.of(after));
                    }
                },
                gone -> {});
        return loop;
    }

    private static boolean isBound(PersistentVolumeClaim claim, Cached<PersistentVolume> volumes) {
        return claim.getStatus() != null
                && "Bound".equals(claim.getStatus().getPhase())
                && volumes.get("", Claims.volumeName(claim))
                        .map(volume -> volume.getSpec().getClaimRef())
                        .filter((ObjectReference r) ->
                                Bindings.uid(r).equals(claim.getMetadata().getUid()))
                        .isPresent();
    }
}
