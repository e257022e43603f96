package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Random;
import java.util.function.Function;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.events.EventBroadcaster;
import kubelab.controlplane.events.EventRecorder;

/**
 * What a controller is made from.
 *
 * @param clientOf user name → client that acts as this user
 * @param informers the shared caches
 * @param random seeded, so that a run can be repeated
 */
public record ControllerContext(
        Function<String, KubernetesClient> clientOf,
        Informers informers,
        Clock clock,
        EventBroadcaster events,
        Random random) {

    /**
     * The client of one controller. Each acts under an account of its own, so that the audit trail shows who did what.
     *
     * @param controller e.g. {@code replicaset-controller}
     */
    public KubernetesClient client(String controller) {
        return clientOf.apply("system:serviceaccount:kube-system:" + controller);
    }

    public EventRecorder recorder(String controller) {
        return events.recorder(client(controller), controller, "");
    }
}
