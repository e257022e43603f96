package kubelab.controlplane.controllermanager.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** One node name at a time: if the node stays away, its Pods are taken off the books. */
public final class PodGcController {
    private static final String NAME = "pod-garbage-collector";
    /** A node that was deleted may be back in a moment. */
    static final Duration QUARANTINE = Duration.ofSeconds(40);

    private PodGcController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Node> nodes = context.informers().of(Node.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            if (nodes.get(key).isEmpty()) {
                pods.list().stream()
                        .filter(p -> key.name().equals(p.getSpec().getNodeName()))
                        .forEach(p -> remove(
                                client,
                                p,
                                context.clock()
                                        .now()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString()));
            }
            return Result.done();
        });
        nodes.onEvent(node -> {}, (before, after) -> {}, node -> loop.enqueueAfter(Key.of(node), QUARANTINE));
        pods.onEvent(
                pod -> {
                    String node = pod.getSpec().getNodeName();
                    if (node != null && !node.isEmpty() && nodes.get("", node).isEmpty()) {
                        loop.enqueueAfter(new Key("", node), QUARANTINE);
                    }
                },
                (before, after) -> {},
                pod -> {});
        return loop;
    }

    private static void remove(KubernetesClient client, Pod pod, String time) {
        if (!PodState.isFinished(pod)) {
            client.resource(new PodBuilder(pod)
                            .editStatus()
                            .withPhase("Failed")
                            .addNewCondition()
                            .withType("DisruptionTarget")
                            .withStatus("True")
                            .withReason("DeletionByPodGC")
                            .withMessage("PodGC: node no longer exists")
                            .withLastTransitionTime(time)
                            .endCondition()
                            .endStatus()
                            .build())
                    .updateStatus();
        }
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withGracePeriod(0)
                .delete();
    }
}
