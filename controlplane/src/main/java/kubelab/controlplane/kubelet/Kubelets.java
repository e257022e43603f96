package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.InFlight;
import kubelab.containers.clock.LongTasks;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.controlplane.Progress;
import kubelab.controlplane.events.EventBroadcaster;

/**
 * The kubelets of a cluster and what they share: one client, one watch of Pods, a few threads. On real machines each
 * would be a process of its own with all of this; nothing else passes between them.
 */
public final class Kubelets implements AutoCloseable {
    private static final int WORKERS = 8;
    private static final int BLOCKING = 16;

    private final KubernetesClient client;
    private final Clock clock;
    private final ClusterConfig cluster;
    private final ManifestDecoder manifests;
    private final PodConfigSource podConfig;
    private final EventBroadcaster events;
    private final ThreadPoolExecutor workerPool = pool("kubelet", WORKERS);
    private final ThreadPoolExecutor probePool = pool("kubelet-probe", BLOCKING);
    private final InFlight workers = new InFlight(workerPool);
    private final LongTasks probes = new LongTasks(probePool);
    private final Map<String, Kubelet> nodes = new ConcurrentHashMap<>();

    public Kubelets(KubernetesClient client, Clock clock, ClusterConfig cluster) {
        this(client, clock, cluster, ManifestDecoder.NONE);
    }

    /** @param manifests reads what is in the folders of static Pods */
    public Kubelets(KubernetesClient client, Clock clock, ClusterConfig cluster, ManifestDecoder manifests) {
        this.manifests = manifests;
        this.client = client;
        this.clock = clock;
        this.cluster = cluster;
        this.podConfig = new PodConfigSource(client);
        this.events = new EventBroadcaster("kubelet-events", clock);
    }

    /**
     * Adds a node and starts its kubelet.
     *
     * @param runtime the node's containers; closed with the kubelet
     * @param network the node's own network namespace
     * @throws IllegalStateException when there is a node by that name
     */
    public Kubelet start(NodeConfig config, ContainerRuntime runtime, NetNamespace network) {
        podConfig.start();
        Kubelet kubelet = new Kubelet(
                config,
                cluster,
                client,
                podConfig,
                runtime,
                network,
                clock,
                events.recorder(client, "kubelet", config.name()),
                workers,
                probes,
                manifests);
        if (nodes.putIfAbsent(config.name(), kubelet) != null) {
            throw new IllegalStateException("there is a node by the name of " + config.name());
        }
        kubelet.start();
        return kubelet;
    }

    public Optional<Kubelet> get(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    public Collection<Kubelet> all() {
        return List.copyOf(nodes.values());
    }

    /** Takes a node away as if its machine were gone: nothing is said to the API server. */
    public void remove(String node) {
        Kubelet kubelet = nodes.remove(node);
        if (kubelet != null) {
            kubelet.close();
        }
    }

    /** Nothing is being done and nothing waits to be done now, by kubelets and containers; only the clock can bring more. */
    public boolean idle() {
        return workers.idle()
                && probes.idle()
                && events.idle()
                && nodes.values().stream().allMatch(k -> k.runtime().idle());
    }

    /** How many tasks kubelets have had: unchanged between two looks when nothing was done in between. */
    public long begun() {
        return workers.begun();
    }

    /** How far their watches are, and the Pods that they work on. */
    public List<Progress> progress() {
        List<Progress> parts = new ArrayList<>(podConfig.progress());
        parts.add(new Progress.Work("pod workers", !workers.idle(), workers.ended()));
        return parts;
    }

    @Override
    public void close() {
        nodes.keySet().forEach(this::remove);
        podConfig.close();
        events.close();
        workerPool.shutdownNow();
        probePool.shutdownNow();
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.numbered(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
