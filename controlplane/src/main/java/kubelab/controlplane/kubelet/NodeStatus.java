package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own objects: its Node, registered at the start, with a status every 5 minutes or when something has
 * changed; and its Lease in kube-node-lease, renewed every 10 s, by which others see that it lives.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet (kubelet_node_status) and component-helpers/apimachinery/lease, release
 * 1.34. Simplified: when another client has changed the status, the kubelet reverts only Unknown conditions before the
 * 5 minutes are over.
 */
final class NodeStatus {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStatus.class);
    private static final String LEASES = "kube-node-lease";
    private static final Duration RENEW = Duration.ofSeconds(10);
    private static final Duration REPORT = Duration.ofMinutes(5);
    private static final int LEASE_SECONDS = 40;
    /** So often a request is sent before the node waits: each is small, and silence costs the node its Pods. */
    private static final int TRIES = 5;
    /** The first and the longest pause after that. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(7);

    private final KubeletContext kubelet;
    private final SerialQueue queue;
    private final String bootId = UUID.randomUUID().toString();
    private final Map<String, String> since = new HashMap<>();

    private @Nullable Lease lease;
    private String nodeUid = "";
    private @Nullable Instant reported;
    private int imagesReported = -1;
    private boolean running;
    private Duration pause = PAUSE;
    private Clock.@Nullable Timer timer;

    NodeStatus(KubeletContext kubelet) {
        this.kubelet = kubelet;
        this.queue = new SerialQueue(kubelet.workers(), kubelet::closed);
    }

    void start() {
        queue.execute(() -> {
            running = true;
            reported = null;
            beat();
        });
    }

    void stop() {
        queue.execute(() -> {
            running = false;
            if (timer != null) {
                timer.cancel();
            }
        });
    }

    /** Reports at once, e.g. because the node can be reached again. */
    void refresh() {
        queue.execute(() -> {
            if (running) {
                reported = null;
                beat();
            }
        });
    }

    private void beat() {
        if (!running) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        if (!kubelet.online()) {
            return; // it begins again with refresh()
        }
        Clock clock = kubelet.clock();
        Runnable next = () -> queue.execute(this::beat);
        try {
            if (nodeUid.isEmpty()) {
                register();
            }
            renew();
            report();
            pause = PAUSE;
            timer = clock.scheduleBeat(LEASES + "/" + kubelet.node().name(), RENEW, next);
        } catch (RuntimeException e) {
            LOG.debug("heartbeat of node {} failed", kubelet.node().name(), e);
            timer = clock.schedule(pause, next);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    /** Another try at once, for a request that the API server was in no state to answer. */
    private static <T> T persistently(Supplier<T> request) {
        for (int i = 1; ; i++) {
            try {
                return request.get();
            } catch (KubernetesClientException e) {
                boolean answered = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != 429;
                if (answered || i == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void register() {
        NodeConfig config = kubelet.node();
        Node found = kubelet.client().nodes().withName(config.name()).get();
        if (found == null) {
            Map<String, String> labels = new LinkedHashMap<>();
            labels.put("beta.kubernetes.io/arch", "amd64");
            labels.put("beta.kubernetes.io/os", "linux");
            labels.put("kubernetes.io/arch", "amd64");
            labels.put("kubernetes.io/hostname", config.name());
            labels.put("kubernetes.io/os", "linux");
            labels.putAll(config.labels());
            Node fresh = new NodeBuilder()
                    .withNewMetadata()
                    .withName(config.name())
                    .withLabels(labels)
                    .addToAnnotations("node.alpha.kubernetes.io/ttl", "0")
                    .addToAnnotations("volumes.kubernetes.io/controller-managed-attach-detach", "true")
                    .endMetadata()
                    .withNewSpec()
                    .withPodCIDR(config.podCidr())
                    .withPodCIDRs(config.podCidr())
                    .withTaints(config.taints())
                    .endSpec()
                    .withStatus(status())
                    .build();
            found = kubelet.client().resource(fresh).create();
        }
        nodeUid = found.getMetadata().getUid();
        ObjectReference about = new ObjectReferenceBuilder()
                .withKind("Node")
                .withName(config.name())
                .withUid(config.name())
                .build();
        EventRecorder events = kubelet.events();
        events.event(about, EventRecorder.Type.NORMAL, "Starting", "Starting kubelet.");
        for (String reason :
                List.of("NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID", "NodeReady")) {
            events.event(
                    about, EventRecorder.Type.NORMAL, reason, "Node " + config.name() + " status is now: " + reason);
        }
    }

    private void renew() {
        java.time.ZonedDateTime now = kubelet.clock().now().atZone(ZoneOffset.UTC);
        Lease known = lease;
        try {
            if (known == null) {
                known = kubelet.client()
                        .leases()
                        .inNamespace(LEASES)
                        .withName(kubelet.node().name())
                        .get();
            }
            if (known == null) {
                lease = kubelet.client().resource(freshLease(now)).create();
                return;
            }
            Lease renewed = new LeaseBuilder(known)
                    .editSpec()
                    .withHolderIdentity(kubelet.node().name())
                    .withRenewTime(now)
                    .endSpec()
                    .build();
            lease = persistently(() -> kubelet.client().resource(renewed).update());
        } catch (KubernetesClientException e) {
            lease = null;
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private Lease freshLease(java.time.ZonedDateTime now) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(kubelet.node().name())
                .withNamespace(LEASES)
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(kubelet.node().name())
                .withUid(nodeUid)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(kubelet.node().name())
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(now)
                .endSpec()
                .build();
    }

    private void report() {
        Instant now = kubelet.clock().now();
        int images = kubelet.runtime().images().size();
        boolean contradicted = noteContradictions(now);
        if (reported != null
                && !contradicted
                && Duration.between(reported, now).compareTo(REPORT) < 0
                && images == imagesReported) {
            return;
        }
        Node patch = new NodeBuilder()
                .withNewMetadata()
                .withName(kubelet.node().name())
                .endMetadata()
                .withStatus(status())
                .build();
        persistently(() -> StatusPatch.send(
                kubelet.client(),
                "api/v1/nodes/" + kubelet.node().name() + "/status",
                kubelet.client().getKubernetesSerialization().asJson(patch)));
        reported = now;
        imagesReported = images;
    }

    /**
     * Whether the Node's conditions are Unknown: the node lifecycle controller has given up a node that was silent for too
     * long, and waits for a word from it. What is said again is said from now on.
     */
    private boolean noteContradictions(Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<String> contradicted = kubelet
                .podConfig()
                .node(kubelet.node().name())
                .map(node -> node.getStatus().getConditions())
                .orElse(List.of())
                .stream()
                .filter(c -> since.containsKey(c.getType()) && "Unknown".equals(c.getStatus()))
                .map(NodeCondition::getType)
                .toList();
        contradicted.forEach(type -> since.put(type, time));
        return !contradicted.isEmpty();
    }

    private io.fabric8.kubernetes.api.model.NodeStatus status() {
        NodeConfig config = kubelet.node();
        Map<String, Quantity> resources = new LinkedHashMap<>();
        resources.put("cpu", new Quantity(String.valueOf(config.cpus())));
        resources.put("ephemeral-storage", new Quantity("104857600Ki"));
        resources.put("hugepages-1Gi", new Quantity("0"));
        resources.put("hugepages-2Mi", new Quantity("0"));
        resources.put("memory", new Quantity(config.memoryBytes() / 1024 + "Ki"));
        resources.put("pods", new Quantity(String.valueOf(config.maxPods())));
        String now = kubelet.clock().now().truncatedTo(ChronoUnit.SECONDS).toString();
        String machine = UUID.nameUUIDFromBytes(config.name().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return new io.fabric8.kubernetes.api.model.NodeStatusBuilder()
                .withCapacity(resources)
                .withAllocatable(resources)
                .addNewAddress(config.ip(), "InternalIP")
                .addNewAddress(config.name(), "Hostname")
                .withConditions(
                        condition(
                                "MemoryPressure",
                                "False",
                                "KubeletHasSufficientMemory",
                                "kubelet has sufficient memory available",
                                now),
                        condition(
                                "DiskPressure",
                                "False",
                                "KubeletHasNoDiskPressure",
                                "kubelet has no disk pressure",
                                now),
                        condition(
                                "PIDPressure",
                                "False",
                                "KubeletHasSufficientPID",
                                "kubelet has sufficient PID available",
                                now),
                        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", now))
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(10250)
                .endDaemonEndpoints()
                .withNewNodeInfo()
                .withArchitecture("amd64")
                .withBootID(bootId)
                .withContainerRuntimeVersion("containerd://2.2.1+kubelab")
                .withKernelVersion("6.12.0-kubelab")
                .withKubeProxyVersion("")
                .withKubeletVersion(kubelet.cluster().version())
                .withMachineID(machine)
                .withOperatingSystem("linux")
                .withOsImage("kubelab embedded node")
                .withSystemUUID(machine)
                .endNodeInfo()
                .withImages(kubelet.runtime().images().stream()
                        .map(i -> new io.fabric8.kubernetes.api.model.ContainerImage(i.names(), i.sizeBytes()))
                        .toList())
                .build();
    }

    private NodeCondition condition(String type, String status, String reason, String message, String now) {
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(since.computeIfAbsent(type, t -> now))
                .build();
    }
}
