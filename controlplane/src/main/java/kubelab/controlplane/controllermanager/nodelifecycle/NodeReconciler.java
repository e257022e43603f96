package kubelab.controlplane.controllermanager.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;

/** Decides whether a node is alive, from the last heartbeat, and taints it by its conditions. */
final class NodeReconciler implements Reconciler {
    /** Without a heartbeat for so long a node counts as lost. */
    static final Duration GRACE = Duration.ofSeconds(50);

    private static final String LEASES = "kube-node-lease";
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    /** Condition → the taint that stands for it. */
    private static final Map<String, String> PRESSURE = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private static final String CORDONED = "node.kubernetes.io/unschedulable";
    private static final Set<String> OURS = Set.of(
            NOT_READY,
            UNREACHABLE,
            CORDONED,
            "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/disk-pressure",
            "node.kubernetes.io/pid-pressure",
            "node.kubernetes.io/network-unavailable");

    private final Cached<Node> nodes;
    private final Cached<Lease> leases;
    private final Cached<Pod> pods;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    /** When this controller first saw a node: one without any heartbeat has the grace period from then on. */
    private final Map<String, Instant> firstSeen = new HashMap<>();

    NodeReconciler(
            Cached<Node> nodes,
            Cached<Lease> leases,
            Cached<Pod> pods,
            KubernetesClient client,
            EventRecorder events,
            Clock clock) {
        this.nodes = nodes;
        this.leases = leases;
        this.pods = pods;
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<Node> found = nodes.get(key);
        if (found.isEmpty()) {
            firstSeen.remove(key.name());
            return Result.done();
        }
        Node node = found.get();
        Instant now = clock.now();
        Instant due = lastHeartbeat(node).plus(GRACE);
        boolean lost = !due.isAfter(now);
        if (lost && !"Unknown".equals(ready(node))) {
            node = markUnknown(node, now);
            events.normal(node, "NodeNotReady", "Node " + key.name() + " status is now: NodeNotReady");
        }
        if (!"True".equals(ready(node))) {
            markPodsNotReady(key.name(), now);
        }
        taint(node, now);
        return lost ? Result.done() : Result.unless(LEASES + "/" + key.name(), Duration.between(now, due));
    }
    // end::reconcile[]

    private Instant lastHeartbeat(Node node) {
        String name = node.getMetadata().getName();
        Instant last = firstSeen.computeIfAbsent(name, n -> clock.now());
        ZonedDateTime renewed =
                leases.get(LEASES, name).map(l -> l.getSpec().getRenewTime()).orElse(null);
        if (renewed != null && renewed.toInstant().isAfter(last)) {
            last = renewed.toInstant();
        }
        for (NodeCondition condition : node.getStatus().getConditions()) {
            if (condition.getType().equals("Ready")
                    && condition.getLastHeartbeatTime() != null
                    && !"NodeStatusUnknown".equals(condition.getReason())) {
                Instant heartbeat = Instant.parse(condition.getLastHeartbeatTime());
                last = heartbeat.isAfter(last) ? heartbeat : last;
            }
        }
        return last;
    }

    private Node markUnknown(Node node, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<NodeCondition> conditions = new ArrayList<>();
        Set<String> watched = Set.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");
        for (NodeCondition condition : node.getStatus().getConditions()) {
            conditions.add(
                    watched.contains(condition.getType())
                            ? new NodeConditionBuilder(condition)
                                    .withStatus("Unknown")
                                    .withReason("NodeStatusUnknown")
                                    .withMessage("Kubelet stopped posting node status.")
                                    .withLastTransitionTime(time)
                                    .build()
                            : condition);
        }
        return client.resource(new NodeBuilder(node)
                        .editStatus()
                        .withConditions(conditions)
                        .endStatus()
                        .build())
                .updateStatus();
    }

    /** So that no Service sends traffic to Pods nobody has heard of for a while. */
    private void markPodsNotReady(String node, Instant now) {
        for (Pod pod : pods.list()) {
            if (!node.equals(pod.getSpec().getNodeName()) || !PodState.isReady(pod)) {
                continue;
            }
            Pod notReady = new PodBuilder(pod).build();
            notReady.getStatus().getConditions().stream()
                    .filter(c -> c.getType().equals("Ready"))
                    .forEach(c -> {
                        c.setStatus("False");
                        c.setLastTransitionTime(
                                now.truncatedTo(ChronoUnit.SECONDS).toString());
                    });
            try {
                client.resource(notReady).updateStatus();
                events.warning(pod, "NodeNotReady", "Node is not ready");
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
            }
        }
    }

    private void taint(Node node, Instant now) {
        List<Taint> before = Objects.requireNonNullElse(node.getSpec().getTaints(), List.of());
        List<Taint> after = new ArrayList<>(before);
        after.removeIf(t -> OURS.contains(t.getKey()));
        for (Taint wanted : wanted(node, now)) {
            // A taint that is there already keeps the time since when.
            after.add(before.stream()
                    .filter(t ->
                            t.getKey().equals(wanted.getKey()) && t.getEffect().equals(wanted.getEffect()))
                    .findFirst()
                    .orElse(wanted));
        }
        if (!Set.copyOf(before).equals(Set.copyOf(after))) {
            client.resource(new NodeBuilder(node)
                            .editSpec()
                            .withTaints(after)
                            .endSpec()
                            .build())
                    .update();
        }
    }

    private static List<Taint> wanted(Node node, Instant now) {
        List<Taint> taints = new ArrayList<>();
        String ready = ready(node);
        if (!ready.equals("True")) {
            String key = ready.equals("Unknown") ? UNREACHABLE : NOT_READY;
            taints.add(new Taint("NoSchedule", key, null, null));
            taints.add(new TaintBuilder()
                    .withKey(key)
                    .withEffect("NoExecute")
                    .withTimeAdded(now.truncatedTo(ChronoUnit.SECONDS).toString())
                    .build());
        }
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            taints.add(new Taint("NoSchedule", CORDONED, null, null));
        }
        for (NodeCondition condition : node.getStatus().getConditions()) {
            String key = PRESSURE.get(condition.getType());
            if (key != null && "True".equals(condition.getStatus())) {
                taints.add(new Taint("NoSchedule", key, null, null));
            }
        }
        return taints;
    }

    /** True, False or Unknown; a node that has said nothing yet is not ready. */
    private static String ready(Node node) {
        return node.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .map(NodeCondition::getStatus)
                .findFirst()
                .orElse("False");
    }
}
