package kubelab.controlplane.controllermanager.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
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
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.TemplateHistory;
import kubelab.controlplane.nodefit.NodeFit;

/** Wires the DaemonSet reconciler. Which nodes are meant is asked with the scheduler's own rules, as upstream does. */
public final class DaemonSetController {
    /** Upstream's account has a dash more than the others, its events have none. */
    private static final String ACCOUNT = "daemon-set-controller";

    private static final String NAME = "daemonset-controller";

    private DaemonSetController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        Cached<DaemonSet> sets = context.informers().of(DaemonSet.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Cached<Node> nodes = context.informers().of(Node.class);
        Expectations expectations = new Expectations(context.clock());
        TemplateHistory history = new TemplateHistory(
                client, context.informers().of(ControllerRevision.class), DaemonSetReconciler.REVISION);
        ControlLoop loop = new ControlLoop(
                NAME,
                context.clock(),
                new DaemonSetReconciler(
                        sets,
                        pods,
                        nodes,
                        history,
                        client,
                        new PodControl(client, context.events().recorder(client, NAME, "")),
                        expectations,
                        new CreationGuard(context.clock(), context.events().recorder(client, NAME, "")),
                        NodeFit::mayRunOn,
                        context.clock()));
        sets.onChange(set -> loop.enqueue(Key.of(set)));
        nodes.onEvent(
                node -> enqueueAll(sets, loop),
                (before, after) -> {
                    if (!Objects.equals(before.getSpec(), after.getSpec())
                            || !Objects.equals(
                                    before.getMetadata().getLabels(),
                                    after.getMetadata().getLabels())) {
                        enqueueAll(sets, loop);
                    }
                },
                node -> enqueueAll(sets, loop));
        pods.onEvent(
                pod -> owner(pod).ifPresent(key -> {
                    if (!PodState.isTerminating(pod)) {
                        expectations.created(key);
                    }
                    loop.enqueue(key);
                }),
                (before, after) -> owner(after).ifPresent(key -> {
                    if (PodState.isTerminating(after)) {
                        expectations.deleted(key, after.getMetadata().getUid());
                    }
                    loop.enqueue(key);
                }),
                pod -> owner(pod).ifPresent(key -> {
                    expectations.deleted(key, pod.getMetadata().getUid());
                    loop.enqueue(key);
                }));
        return loop;
    }

    private static void enqueueAll(Cached<DaemonSet> sets, ControlLoop loop) {
        sets.list().forEach(set -> loop.enqueue(Key.of(set)));
    }

    private static Optional<Key> owner(Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(r -> r.getKind().equals("DaemonSet"))
                .map(r -> new Key(pod.getMetadata().getNamespace(), r.getName()));
    }
}
