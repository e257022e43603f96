package kubelab.controlplane.controllermanager.deployment;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.labels.LabelSelectors;

/** Wires the Deployment reconciler: a Deployment is looked at when it, one of its ReplicaSets, or its last Pod changes. */
public final class DeploymentController {
    private static final String NAME = "deployment-controller";

    private DeploymentController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Deployment> deployments = context.informers().of(Deployment.class);
        Cached<ReplicaSet> sets = context.informers().of(ReplicaSet.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        CreationGuard guard = new CreationGuard(context.clock(), context.recorder(NAME));
        ControlLoop loop = new ControlLoop(
                NAME,
                context.clock(),
                new DeploymentReconciler(
                        deployments,
                        sets,
                        pods,
                        new PodAdoption(client),
                        new ReplicaSetScaler(client, context.recorder(NAME), guard, context.clock()),
                        guard,
                        client,
                        context.clock()));

        deployments.onChange(deployment -> loop.enqueue(Key.of(deployment)));
        sets.onEvent(
                set -> enqueueOwnerOrMatching(set, deployments, loop),
                (before, after) -> {
                    owner(before)
                            .filter(k -> !owner(after).equals(Optional.of(k)))
                            .ifPresent(loop::enqueue);
                    enqueueOwnerOrMatching(after, deployments, loop);
                },
                set -> owner(set).ifPresent(loop::enqueue));
        // Only Recreate waits for Pods: it goes on when the last one of the old revision is gone.
        pods.onEvent(pod -> {}, (before, after) -> {}, pod -> Ownership.controllerOf(pod)
                .flatMap(r -> sets.get(pod.getMetadata().getNamespace(), r.getName()))
                .flatMap(set -> owner(set))
                .filter(key -> deployments
                        .get(key)
                        .filter(d -> "Recreate".equals(d.getSpec().getStrategy().getType()))
                        .isPresent())
                .ifPresent(loop::enqueue));
        return loop;
    }

    private static void enqueueOwnerOrMatching(ReplicaSet set, Cached<Deployment> deployments, ControlLoop loop) {
        owner(set)
                .ifPresentOrElse(loop::enqueue, () -> deployments
                        .inNamespace(set.getMetadata().getNamespace())
                        .stream()
                        .filter(d -> LabelSelectors.match(
                                d.getSpec().getSelector(), set.getMetadata().getLabels()))
                        .forEach(d -> loop.enqueue(Key.of(d))));
    }

    private static Optional<Key> owner(HasMetadata set) {
        return Ownership.controllerOf(set)
                .filter(r -> r.getKind().equals("Deployment"))
                .map(r -> new Key(set.getMetadata().getNamespace(), r.getName()));
    }
}
