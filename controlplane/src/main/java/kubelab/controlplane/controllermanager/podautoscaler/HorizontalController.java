package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Requests;

/** Wires the autoscalers' reconciler. A change of an autoscaler waits for its next look, as upstream has it. */
public final class HorizontalController {
    public static final String NAME = "horizontal-pod-autoscaler-controller";

    private static final String ACCOUNT = "horizontal-pod-autoscaler";

    private HorizontalController() {}

    public static ControlLoop wire(ControllerContext context) {
        Cached<HorizontalPodAutoscaler> autoscalers = context.informers().ofDormant(HorizontalPodAutoscaler.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Requests requests = new Requests(context.client(ACCOUNT));
        SelectorRegistry selectors = new SelectorRegistry(pods);
        ScaleClient scales = new ScaleClient(requests);
        ReplicaCalculator calculator =
                new ReplicaCalculator(new MetricsClient(requests, scales), pods, context.clock());
        AutoscalerReconciler reconciler = new AutoscalerReconciler(
                requests,
                autoscalers,
                scales,
                new MetricEvaluation(new MetricSources(calculator), selectors, context.recorder(ACCOUNT)),
                new Limits(context.clock()),
                context.recorder(ACCOUNT),
                context.clock());
        ControlLoop loop = new ControlLoop(NAME, context.clock(), reconciler);
        autoscalers.onEvent(
                added -> {
                    selectors.register(Key.of(added));
                    loop.enqueueAfter(Key.of(added), AutoscalerReconciler.PERIOD);
                },
                (before, after) -> loop.enqueueAfter(Key.of(after), AutoscalerReconciler.PERIOD),
                deleted -> {
                    selectors.remove(Key.of(deleted));
                    loop.enqueueAfter(Key.of(deleted), AutoscalerReconciler.PERIOD);
                });
        return loop;
    }
}
