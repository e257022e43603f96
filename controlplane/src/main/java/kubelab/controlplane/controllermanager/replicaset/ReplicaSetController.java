package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
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

/** Wires the ReplicaSet reconciler: which changes make which ReplicaSet worth a look. */
public final class ReplicaSetController {
    private static final String NAME = "replicaset-controller";

    private ReplicaSetController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<ReplicaSet> sets = context.informers().of(ReplicaSet.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Expectations expectations = new Expectations(context.clock());
        ControlLoop loop = new ControlLoop(
                NAME,
                context.clock(),
                new ReplicaSetReconciler(
                        sets,
                        pods,
                        new PodAdoption(client),
                        new PodControl(client, context.recorder(NAME)),
                        new ReplicaSetStatusWriter(client, context.clock()),
                        expectations,
                        new CreationGuard(context.clock(), context.recorder(NAME)),
                        context.clock()));

        sets.onChange(set -> loop.enqueue(Key.of(set)));
        pods.onEvent(
                pod -> {
                    if (PodState.isTerminating(pod)) {
                        owner(pod).ifPresent(key -> gone(pod, key, expectations, loop));
                        return;
                    }
                    owner(pod).ifPresent(expectations::created);
                    owner(pod).ifPresentOrElse(loop::enqueue, () -> enqueueMatching(pod, sets, loop));
                },
                (before, after) -> {
                    Optional<Key> owner = owner(after);
                    if (PodState.isTerminating(after)) {
                        owner.ifPresent(key -> gone(after, key, expectations, loop));
                        return;
                    }
                    if (owner.isPresent() && owner.equals(owner(before)) && PodState.countsAlike(before, after)) {
                        return;
                    }
                    // A Pod that was taken from its owner: the former owner has to make a new one.
                    owner(before).filter(k -> !owner.equals(Optional.of(k))).ifPresent(loop::enqueue);
                    owner.ifPresentOrElse(loop::enqueue, () -> {
                        if (!Objects.equals(
                                        before.getMetadata().getLabels(),
                                        after.getMetadata().getLabels())
                                || owner(before).isPresent()) {
                            enqueueMatching(after, sets, loop);
                        }
                    });
                },
                pod -> owner(pod).ifPresent(key -> gone(pod, key, expectations, loop)));
        return loop;
    }

    private static void gone(Pod pod, Key owner, Expectations expectations, ControlLoop loop) {
        expectations.deleted(owner, pod.getMetadata().getUid());
        loop.enqueue(owner);
    }

    private static void enqueueMatching(Pod orphan, Cached<ReplicaSet> sets, ControlLoop loop) {
        sets.inNamespace(orphan.getMetadata().getNamespace()).stream()
                .filter(set -> LabelSelectors.match(
                        set.getSpec().getSelector(), orphan.getMetadata().getLabels()))
                .forEach(set -> loop.enqueue(Key.of(set)));
    }

    private static Optional<Key> owner(Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(r -> r.getKind().equals("ReplicaSet"))
                .map(r -> new Key(pod.getMetadata().getNamespace(), r.getName()));
    }
}
