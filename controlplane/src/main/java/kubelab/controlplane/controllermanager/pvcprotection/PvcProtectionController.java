package kubelab.controlplane.controllermanager.pvcprotection;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.volumes.Claims;

/** Takes the finalizer from deleted claims that no Pod on a node uses. */
public final class PvcProtectionController {
    /** The controller's name upstream. */
    public static final String NAME = "persistentvolumeclaim-protection-controller";

    private static final String ACCOUNT = "pvc-protection-controller";
    private static final String FINALIZER = "kubernetes.io/pvc-protection";

    private PvcProtectionController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        Cached<PersistentVolumeClaim> claims = context.informers().ofDormant(PersistentVolumeClaim.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            claims.get(key).ifPresent(claim -> reconcile(claim, pods, client));
            return Result.done();
        });
        claims.onEvent(claim -> enqueue(loop, claim), (before, after) -> enqueue(loop, after), gone -> {});
        pods.onEvent(
                added -> {},
                (before, after) -> {
                    if (PodState.isFinished(after)) {
                        enqueueClaims(loop, after);
                    }
                },
                gone -> enqueueClaims(loop, gone));
        return loop;
    }

    // tag::reconcile[]
    private static void reconcile(PersistentVolumeClaim claim, Cached<Pod> pods, KubernetesClient client) {
        boolean isProtected = claim.getMetadata().getFinalizers().contains(FINALIZER);
        boolean goes = claim.getMetadata().getDeletionTimestamp() != null;
        String namespace = claim.getMetadata().getNamespace();
        if (!goes && !isProtected) {
            client.resource(new PersistentVolumeClaimBuilder(claim)
                            .editMetadata()
                            .addToFinalizers(FINALIZER)
                            .endMetadata()
                            .build())
                    .update();
        } else if (goes
                && isProtected
                && !isUsed(claim, pods.inNamespace(namespace))
                // The cache may be behind, and data would be lost: the API server has the last word.
                && !isUsed(claim, client.pods().inNamespace(namespace).list().getItems())) {
            client.resource(new PersistentVolumeClaimBuilder(claim)
                            .editMetadata()
                            .removeFromFinalizers(FINALIZER)
                            .endMetadata()
                            .build())
                    .update();
        }
    }
    // end::reconcile[]

    /** A Pod without a node does not count: none would start it with a claim that goes. */
    private static boolean isUsed(PersistentVolumeClaim claim, List<Pod> pods) {
        return pods.stream()
                .filter(pod -> !Objects.requireNonNullElse(pod.getSpec().getNodeName(), "")
                        .isEmpty())
                .anyMatch(pod -> Claims.of(pod).contains(claim.getMetadata().getName()));
    }

    private static void enqueue(ControlLoop loop, PersistentVolumeClaim claim) {
        boolean isProtected = claim.getMetadata().getFinalizers().contains(FINALIZER);
        if (isProtected == (claim.getMetadata().getDeletionTimestamp() != null)) {
            loop.enqueue(Key.of(claim));
        }
    }

    private static void enqueueClaims(ControlLoop loop, Pod pod) {
        Claims.of(pod).forEach(name -> loop.enqueue(new Key(pod.getMetadata().getNamespace(), name)));
    }
}
