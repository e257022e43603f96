package kubelab.controlplane.controllermanager.disruption;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.labels.LabelSelectors;

/** Counts a budget again whenever it or one of its Pods changes. */
public final class DisruptionController {
    private static final String NAME = "disruption-controller";

    private DisruptionController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<PodDisruptionBudget> budgets = context.informers().of(PodDisruptionBudget.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        DisruptionReconciler reconciler = new DisruptionReconciler(
                client,
                budgets,
                pods,
                new ExpectedPods(client, context.informers()),
                context.events().recorder(client, "controllermanager", ""),
                context.clock());
        ControlLoop loop = new ControlLoop(NAME, context.clock(), reconciler);
        budgets.onChange(budget -> loop.enqueue(Key.of(budget)));
        pods.onChange(pod -> budgetsOf(pod, budgets, loop));
        return loop;
    }

    private static void budgetsOf(Pod pod, Cached<PodDisruptionBudget> budgets, ControlLoop loop) {
        for (PodDisruptionBudget budget : budgets.inNamespace(pod.getMetadata().getNamespace())) {
            if (LabelSelectors.match(
                    budget.getSpec().getSelector(), pod.getMetadata().getLabels())) {
                loop.enqueue(Key.of(budget));
            }
        }
    }
}
