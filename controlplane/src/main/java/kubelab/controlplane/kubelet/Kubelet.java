package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.PodSandbox;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet of one node: keeps one {@link PodWorker} for each Pod that is bound to the node, and the node's own
 * objects. Made by {@link Kubelets}.
 */
public final class Kubelet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kubelet.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final NodeConfig config;
    private final ClusterConfig cluster;
    private final KubernetesClient client;
    private final PodConfigSource podConfig;
    private final ContainerRuntime runtime;
    private final NetNamespace network;
    private final Clock clock;
    private final EventRecorder events;
    private final Executor workers;
    private final Executor blocking;
    private final Handlers handlers;
    private final NodeStatus nodeStatus;
    private final StaticPods staticPods;
    /** By uid: a new Pod may have the name of one that still ends. */
    private final Map<String, PodWorker> pods = new ConcurrentHashMap<>();

    private final Object admission = new Object();

    private volatile boolean running;
    private volatile boolean cutOff;
    private volatile boolean closed;

    Kubelet(
            NodeConfig config,
            ClusterConfig cluster,
            KubernetesClient client,
            PodConfigSource podConfig,
            ContainerRuntime runtime,
            NetNamespace network,
            Clock clock,
            EventRecorder events,
            Executor workers,
            Executor blocking,
            ManifestDecoder manifests) {
        this.config = config;
        this.cluster = cluster;
        this.client = client;
        this.podConfig = podConfig;
        this.runtime = runtime;
        this.network = network;
        this.clock = clock;
        this.events = new CutOffEvents(events);
        this.workers = workers;
        this.blocking = blocking;
        this.handlers = new Handlers(clock, network);
        this.nodeStatus = new NodeStatus(new Context());
        this.staticPods = new StaticPods(new Context(), manifests, new StaticHost());
    }

    public NodeConfig config() {
        return config;
    }

    public ContainerRuntime runtime() {
        return runtime;
    }

    /** The node's own network namespace. */
    public NetNamespace network() {
        return network;
    }

    public boolean running() {
        return running;
    }

    /** Starts the kubelet, or starts it again after {@link #stop()}: it finds its containers as it left them. */
    public void start() {
        synchronized (this) {
            if (running) {
                return;
            }
            running = true;
            nodeStatus.start();
            pods.values().forEach(p -> p.pause(false));
        }
        staticPods.look();
        listen();
    }

    /** Stops the kubelet's process. Containers go on, nobody restarts them, and the node's lease runs out. */
    public synchronized void stop() {
        if (!running) {
            return;
        }
        running = false;
        podConfig.unsubscribe(config.name());
        nodeStatus.stop();
        pods.values().forEach(p -> p.pause(true));
    }

    /**
     * Cuts the node off from the API server, or connects it again. A node that is cut off goes on with what it knows:
     * it restarts containers and probes them, but neither hears of changes nor is heard.
     */
    public void cutOff(boolean cut) {
        synchronized (this) {
            if (cutOff == cut) {
                return;
            }
            cutOff = cut;
            if (cut) {
                podConfig.unsubscribe(config.name());
            } else if (running) {
                nodeStatus.refresh();
                pods.values().forEach(p -> p.pause(false));
            }
        }
        listen();
    }

    public boolean isCutOff() {
        return cutOff;
    }

    /** A container of a Pod on this node, for logs, exec and attach. */
    public Optional<ContainerAccess> access(String namespace, String pod, String container) {
        return pod(namespace, pod).flatMap(worker -> worker.lifecycle(container)
                .map(lifecycle -> new ContainerAccess(worker, lifecycle)));
    }

    /** The sandbox of a Pod on this node, for port-forward. */
    public Optional<PodSandbox> sandbox(String namespace, String pod) {
        return pod(namespace, pod).map(PodWorker::sandbox);
    }

    /** What the containers on this node use, by Pod; a Pod of which nothing runs is not there. */
    public List<PodUsage> usage() {
        List<PodUsage> usage = new ArrayList<>();
        for (PodWorker worker : pods.values()) {
            Map<String, RuntimeContainer.Usage> containers = new LinkedHashMap<>();
            for (ContainerLifecycle lifecycle : worker.lifecycles()) {
                RuntimeContainer container = lifecycle.container();
                if (lifecycle.running() && container != null) {
                    containers.put(lifecycle.name(), container.usage());
                }
            }
            if (!containers.isEmpty()) {
                usage.add(new PodUsage(worker.pod(), containers));
            }
        }
        return usage;
    }

    private Optional<PodWorker> pod(String namespace, String name) {
        return pods.values().stream()
                .filter(p -> p.pod().getMetadata().getName().equals(name)
                        && p.pod().getMetadata().getNamespace().equals(namespace))
                .reduce((a, b) -> b.pod().getMetadata().getDeletionTimestamp() == null ? b : a);
    }

    /** The machine is gone: everything on it ends, and nobody is told. */
    @Override
    public void close() {
        synchronized (this) {
            stop();
            closed = true;
            pods.clear();
        }
        runtime.close();
    }

    /** Subscribes, and ends what was deleted while nobody listened. Holds no lock: Pods are looked at on this thread. */
    private void listen() {
        if (!hears()) {
            return;
        }
        podConfig.subscribe(config.name(), new Listener());
        if (!hears()) {
            // It was stopped or cut off at the same time.
            podConfig.unsubscribe(config.name());
            return;
        }
        Set<String> present = new HashSet<>();
        for (Pod pod : podConfig.podsOf(config.name())) {
            present.add(pod.getMetadata().getUid());
        }
        pods.values().stream()
                .filter(p -> !p.isStatic() && !present.contains(p.uid()))
                .forEach(p -> p.removed(p.pod()));
        staticPods.mirrorsAre(present);
    }

    private boolean hears() {
        return running && !cutOff;
    }

    private final class Listener implements PodConfigSource.Listener {
        @Override
        public void podChanged(Pod pod) {
            if (MirrorPods.isMirror(pod)) {
                staticPods.mirrorChanged(pod);
                return;
            }
            PodWorker known = pods.get(pod.getMetadata().getUid());
            try {
                (known == null ? take(pod) : known).update(pod);
            } catch (KubernetesClientException e) {
                LOG.debug("{} is looked at again", pod.getMetadata().getName(), e);
                clock.schedule(ASK_AGAIN, () -> workers.execute(() -> again(pod)));
            }
        }

        private void again(Pod pod) {
            if (running) {
                podConfig.podsOf(config.name()).stream()
                        .filter(p -> p.getMetadata()
                                .getUid()
                                .equals(pod.getMetadata().getUid()))
                        .forEach(this::podChanged);
            }
        }

        @Override
        public void podDeleted(Pod pod) {
            if (MirrorPods.isMirror(pod)) {
                staticPods.mirrorDeleted(pod);
                return;
            }
            PodWorker known = pods.get(pod.getMetadata().getUid());
            if (known != null) {
                known.removed(pod);
            }
        }

        @Override
        public void sourceChanged(String kind, String namespace, String name) {
            for (PodWorker worker : pods.values()) {
                Pod pod = worker.pod();
                if (pod.getMetadata().getNamespace().equals(namespace) && Volumes.uses(pod, kind, name)) {
                    worker.sourceChanged();
                }
            }
        }
    }

    private PodWorker take(Pod pod) {
        staticPods.admitted(pod);
        PodWorker taken = take(pod, podConfig.node(config.name()), false);
        if (taken == null) {
            // The cache may be older than what the Pod was bound by.
            Node newest = client.nodes().withName(config.name()).get();
            taken = take(pod, Optional.ofNullable(newest), true);
        }
        return Objects.requireNonNull(taken);
    }

    /**
     * One at a time: what the one takes is not free for the next.
     *
     * @param certain whether {@code node} is the newest: otherwise it is no ground for a refusal
     * @return null when it would be refused by what is not certain
     */
    private @Nullable PodWorker take(Pod pod, Optional<Node> node, boolean certain) {
        synchronized (admission) {
            PodWorker known = pods.get(pod.getMetadata().getUid());
            if (known != null) {
                return known;
            }
            Optional<PodAdmission.Rejection> refused =
                    isNew(pod) ? node.flatMap(machine -> check(pod, machine)) : Optional.empty();
            if (refused.isPresent() && !certain) {
                return null;
            }
            PodWorker worker = new PodWorker(new Context(), pod);
            pods.put(pod.getMetadata().getUid(), worker);
            refused.ifPresent(worker::reject);
            return worker;
        }
    }

    private final class StaticHost implements StaticPods.Host {
        @Override
        public boolean running() {
            return running;
        }

        /** The node as it is known: there may be no API server to ask. */
        @Override
        public PodWorker admit(Pod pod) {
            return Objects.requireNonNull(take(pod, podConfig.node(config.name()), true));
        }

        @Override
        public List<Pod> pods() {
            return pods.values().stream().map(PodWorker::pod).toList();
        }
    }

    /** A Pod that has run already is not asked again: its kubelet only was away. */
    private static boolean isNew(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return pod.getMetadata().getDeletionTimestamp() == null
                && (phase == null || phase.isEmpty() || phase.equals("Pending"));
    }

    private Optional<PodAdmission.Rejection> check(Pod pod, Node node) {
        List<Pod> others = pods.values().stream()
                .filter(PodWorker::holdsResources)
                .map(PodWorker::pod)
                .toList();
        return PodAdmission.check(pod, others, config, node);
    }

    /** Events of a node that is cut off are lost. */
    private final class CutOffEvents implements EventRecorder {
        private final EventRecorder inner;

        CutOffEvents(EventRecorder inner) {
            this.inner = inner;
        }

        @Override
        public void event(
                io.fabric8.kubernetes.api.model.ObjectReference about, Type type, String reason, String message) {
            if (!cutOff) {
                inner.event(about, type, reason, message);
            }
        }
    }

    private final class Context implements KubeletContext {
        @Override
        public NodeConfig node() {
            return config;
        }

        @Override
        public ClusterConfig cluster() {
            return cluster;
        }

        @Override
        public KubernetesClient client() {
            return client;
        }

        @Override
        public PodConfigSource podConfig() {
            return podConfig;
        }

        @Override
        public ContainerRuntime runtime() {
            return runtime;
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public EventRecorder events() {
            return events;
        }

        @Override
        public Handlers handlers() {
            return handlers;
        }

        @Override
        public Executor workers() {
            return workers;
        }

        @Override
        public Executor blocking() {
            return blocking;
        }

        @Override
        public boolean online() {
            return !cutOff;
        }

        @Override
        public boolean closed() {
            return closed;
        }

        @Override
        public void forget(PodWorker worker) {
            pods.remove(worker.uid(), worker);
            if (worker.isStatic()) {
                staticPods.ended(worker);
            }
        }
    }

    /** For tests: the Pods it knows. */
    List<PodWorker> workers() {
        return List.copyOf(pods.values());
    }
}
