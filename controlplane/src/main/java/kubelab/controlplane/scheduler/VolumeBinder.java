package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;

/**
 * What is between the decision and the binding of a Pod with claims that wait for it: it promises the volumes that were chosen, or
 * notes the chosen node at the claims so that volumes are made there. The rest is done by the controller and the
 * provisioner; meanwhile the Pod waits in the queue, and its place on the node is kept.
 */
final class VolumeBinder {
    /** So long a Pod waits for its volumes before a node is chosen again. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final Clock clock;
    private final VolumeBinding binding;
    private final VolumeCache cache;
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    private record Waiting(String node, Instant since) {}

    /** The volumes did not come; the message is what upstream's Event says. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String why) {
            super("running PreBind plugin \"" + VolumeBinding.NAME + "\": binding volumes: " + why);
        }
    }

    VolumeBinder(KubernetesClient client, Clock clock, VolumeCache cache) {
        this.client = client;
        this.clock = clock;
        this.cache = cache;
        this.binding = new VolumeBinding(cache);
    }

    /** The node that was chosen for a Pod that waits for its volumes. */
    Optional<String> chosen(Pod pod) {
        return Optional.ofNullable(waiting.get(pod.getMetadata().getUid())).map(Waiting::node);
    }

    void forget(String uid) {
        waiting.remove(uid);
    }

    // tag::bind[]
    /**
     * Does what is left to do for the Pod's volumes on the node.
     *
     * @return whether all of them are bound, so that the Pod can be
     * @throws Failed when they will not be bound; another node may be chosen then
     */
    boolean bind(Pod pod, Node node) throws Failed {
        if (Claims.of(pod).isEmpty()) {
            return true;
        }
        String uid = pod.getMetadata().getUid();
        String name = node.getMetadata().getName();
        PodVolumes volumes = binding.on(node, pod);
        if (volumes.matches().isEmpty() && volumes.provisions().isEmpty()) {
            waiting.remove(uid);
            return true;
        }
        Waiting before = waiting.get(uid);
        if (before != null) {
            giveUp(uid, before, volumes);
        }
        volumes.matches().forEach((claim, volume) -> Bindings.bound(volume, claim)
                .ifPresent(next -> cache.wrote(client.resource(next).update())));
        volumes.provisions().stream()
                .filter(claim -> Claims.selectedNode(claim).isEmpty())
                .forEach(claim -> cache.wrote(client.resource(new PersistentVolumeClaimBuilder(claim)
                                .editMetadata()
                                .addToAnnotations(Claims.SELECTED_NODE, name)
                                .endMetadata()
                                .build())
                        .update()));
        waiting.putIfAbsent(uid, new Waiting(name, clock.now()));
        return false;
    }
    // end::bind[]

    /** A provisioner that cannot make the volume takes the node from the claim. */
    private void giveUp(String uid, Waiting before, PodVolumes volumes) throws Failed {
        Optional<PersistentVolumeClaim> refused = volumes.provisions().stream()
                .filter(claim -> !Claims.selectedNode(claim).equals(before.node()))
                .findFirst();
        boolean late = !before.since().plus(PATIENCE).isAfter(clock.now());
        if (refused.isPresent() || late) {
            waiting.remove(uid);
            throw new Failed(refused.map(claim -> "provisioning failed for PVC \""
                            + claim.getMetadata().getName() + "\"")
                    .orElse("context deadline exceeded"));
        }
    }
}
