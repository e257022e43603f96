package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.events.EventRecorder;

/** Carries a preemption out: victims are told why, deleted with their grace period, and an Event says for whom. */
final class Evictions {
    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;

    Evictions(KubernetesClient client, Clock clock, EventRecorder events) {
        this.client = client;
        this.clock = clock;
        this.events = events;
    }

    /** @param displaced lesser Pods that were to come to the node, and now have to look again */
    void carryOut(Pod pod, Preemption.Plan plan, List<Pod> displaced) {
        for (Pod victim : plan.victims()) {
            if (victim.getMetadata().getDeletionTimestamp() == null) {
                PodConditions.preempted(client, clock, victim, pod.getSpec().getSchedulerName());
                client.pods()
                        .inNamespace(victim.getMetadata().getNamespace())
                        .withName(victim.getMetadata().getName())
                        .delete();
            }
            events.event(
                    EventRecorder.reference(victim),
                    EventRecorder.reference(pod),
                    EventRecorder.Type.NORMAL,
                    "Preempted",
                    "Preempted by pod " + pod.getMetadata().getUid() + " on node " + plan.node());
        }
        displaced.forEach(lesser -> PodConditions.clearNomination(client, lesser));
    }
}
