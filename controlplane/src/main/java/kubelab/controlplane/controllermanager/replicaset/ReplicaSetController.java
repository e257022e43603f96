package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.labels.LabelSelectors;

/** Wires the ReplicaSet reconciler, for ReplicaSets and for ReplicationControllers: which changes make which of them worth a look. */
public final class ReplicaSetController {
    /** The controller of ReplicationControllers. */
    public static final String OF_REPLICATION_CONTROLLERS = "replicationcontroller-controller";

    private static final String NAME = "replicaset-controller";

    private ReplicaSetController() {}

    public static ControlLoop wire(ControllerContext context) {
        ReplicaSets sets = ReplicaSets.of(context.informers().of(ReplicaSet.class));
        return wire(context, NAME, NAME, "ReplicaSet", sets);
    }

    /** The same for ReplicationControllers; its cache is dormant at first. */
    public static ControlLoop wireReplicationControllers(ControllerContext context) {
        ReplicaSets sets = new ReplicationControllers(context.informers().ofDormant(ReplicationController.class));
        return wire(context, OF_REPLICATION_CONTROLLERS, "replication-controller", ReplicationControllers.KIND, sets);
    }

    /**
     * @param account whose rights it has, and who reports its Events
     * @param kind of the owners that its Pods name
     */
    private static ControlLoop wire(
            ControllerContext context, String name, String account, String kind, ReplicaSets sets) {
        KubernetesClient client = context.client(account);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Expectations expectations = new Expectations(context.clock());
        ControlLoop loop = new ControlLoop(
                name,
                context.clock(),
                new ReplicaSetReconciler(
                        sets,
                        pods,
                        new PodAdoption(client),
                        new PodControl(client, context.recorder(account)),
                        new ReplicaSetStatusWriter(client, sets, context.clock()),
                        expectations,
                        new CreationGuard(context.clock(), context.recorder(account)),
                        context.clock()));

        sets.onChange(set -> loop.enqueue(Key.of(set)));
        pods.onEvent(
                pod -> {
                    if (PodState.isTerminating(pod)) {
                        owner(kind, pod).ifPresent(key -> gone(pod, key, expectations, loop));
                        return;
                    }
                    owner(kind, pod).ifPresent(expectations::created);
                    owner(kind, pod).ifPresentOrElse(loop::enqueue, () -> enqueueMatching(pod, sets, loop));
                },
                (before, after) -> {
                    Optional<Key> owner = owner(kind, after);
                    if (PodState.isTerminating(after)) {
                        owner.ifPresent(key -> gone(after, key, expectations, loop));
                        return;
                    }
                    if (owner.isPresent() && owner.equals(owner(kind, before)) && PodState.countsAlike(before, after)) {
                        return;
                    }
                    // A Pod that was taken from its owner: the former owner has to make a new one.
                    owner(kind, before)
                            .filter(k -> !owner.equals(Optional.of(k)))
                            .ifPresent(loop::enqueue);
                    owner.ifPresentOrElse(loop::enqueue, () -> {
                        if (!Objects.equals(
                                        before.getMetadata().getLabels(),
                                        after.getMetadata().getLabels())
                                || owner(kind, before).isPresent()) {
                            enqueueMatching(after, sets, loop);
                        }
                    });
                },
                pod -> owner(kind, pod).ifPresent(key -> gone(pod, key, expectations, loop)));
        return loop;
    }

    private static void gone(Pod pod, Key owner, Expectations expectations, ControlLoop loop) {
        expectations.deleted(owner, pod.getMetadata().getUid());
        loop.enqueue(owner);
    }

    private static void enqueueMatching(Pod orphan, ReplicaSets sets, ControlLoop loop) {
        sets.inNamespace(orphan.getMetadata().getNamespace()).stream()
                .filter(set -> LabelSelectors.match(
                        set.getSpec().getSelector(), orphan.getMetadata().getLabels()))
                .forEach(set -> loop.enqueue(Key.of(set)));
    }

    private static Optional<Key> owner(String kind, Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(r -> r.getKind().equals(kind))
                .map(r -> new Key(pod.getMetadata().getNamespace(), r.getName()));
    }
}
