package kubelab.controlplane.controllermanager.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.TemplateHistory;
import kubelab.controlplane.events.EventRecorder;

/** Wires the StatefulSet reconciler. */
public final class StatefulSetController {
    private static final String NAME = "statefulset-controller";

    private StatefulSetController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<StatefulSet> sets = context.informers().of(StatefulSet.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Cached<PersistentVolumeClaim> claims = context.informers().ofDormant(PersistentVolumeClaim.class);
        EventRecorder events = context.recorder(NAME);
        TemplateHistory history = new TemplateHistory(
                client, context.informers().of(ControllerRevision.class), "controller.kubernetes.io/hash");
        ControlLoop loop = new ControlLoop(
                NAME,
                context.clock(),
                new StatefulSetReconciler(
                        sets,
                        pods,
                        history,
                        new ClaimControl(claims, client, events),
                        client,
                        events,
                        context.clock()));
        sets.onChange(set -> loop.enqueue(Key.of(set)));
        pods.onChange(pod -> owner(pod).ifPresent(loop::enqueue));
        // A Pod may wait until the claim of an earlier Pod of its name is gone; a new claim may need an owner.
        claims.onEvent(
                added -> enqueueSets(loop, sets, added), (before, after) -> {}, gone -> enqueueSets(loop, sets, gone));
        return loop;
    }

    private static void enqueueSets(ControlLoop loop, Cached<StatefulSet> sets, PersistentVolumeClaim claim) {
        sets.inNamespace(claim.getMetadata().getNamespace()).stream()
                .filter(set -> set.getSpec().getVolumeClaimTemplates() != null
                        && !set.getSpec().getVolumeClaimTemplates().isEmpty())
                .forEach(set -> loop.enqueue(Key.of(set)));
    }

    private static Optional<Key> owner(Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(r -> r.getKind().equals("StatefulSet"))
                .map(r -> new Key(pod.getMetadata().getNamespace(), r.getName()));
    }
}
