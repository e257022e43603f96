package kubelab.controlplane.scheduler;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.SharedInformerFactory;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.LeanStore;
import kubelab.controlplane.caches.Persistent;
import kubelab.controlplane.events.EventBroadcaster;
import kubelab.controlplane.events.EventRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one waiting Pod after another, decides, and binds. One thread decides, so no two decisions can collide. */
public final class Scheduler implements AutoCloseable {
    /** The name that Pods carry in {@code schedulerName} unless they say otherwise. */
    public static final String NAME = "default-scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    /** Rules that look at other Pods: for them a new Pod can be as good as one that leaves. */
    private static final Set<String> ABOUT_PODS = Set.of("InterPodAffinity", "PodTopologySpread");

    private static final Set<String> ABOUT_ROOM =
            Set.of("NodeResourcesFit", "NodePorts", "InterPodAffinity", "PodTopologySpread", "VolumeRestrictions");

    private static final Set<String> ABOUT_VOLUMES = Set.of(VolumeBinding.NAME, "VolumeRestrictions");

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final Placement placement;
    private final Evictions evictions;
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingQueue queue;
    private final Thread thread = DaemonThreads.of("scheduler", this::run);
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Service> services;
    private final VolumeCache volumes;
    private final VolumeBinder volumeBinder;
    private volatile CompletableFuture<Void> known = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param client acts as {@code system:kube-scheduler} */
    public Scheduler(KubernetesClient client, Clock clock, EventBroadcaster broadcaster, Random random) {
        this.client = client;
        this.clock = clock;
        this.events = broadcaster.seriesRecorder(
                client,
                NAME,
                NAME + "-server",
                Map.of("Scheduled", "Binding", "FailedScheduling", "Scheduling", "Preempted", "Preempting"));
        this.queue = new SchedulingQueue(clock);
        this.evictions = new Evictions(client, clock, events);
        SharedInformerFactory informers = client.informers();
        pods = persistent(informers.sharedIndexInformerFor(Pod.class, 0));
        nodes = persistent(informers.sharedIndexInformerFor(Node.class, 0));
        services = persistent(informers.sharedIndexInformerFor(Service.class, 0));
        pods.itemStore(new LeanStore<>());
        nodes.itemStore(new LeanStore<>());
        volumes = new VolumeCache(
                client, () -> queue.changed(w -> w.rejectedBy.stream().anyMatch(ABOUT_VOLUMES::contains)));
        volumeBinder = new VolumeBinder(client, clock, volumes);
        this.placement = Placement.standard(random, new Around());
        watchPods();
        watchNodes();
    }

    /** Begins to watch; decides as soon as it knows what is there. */
    public void start() {
        known = CompletableFuture.allOf(
                nodes.start().toCompletableFuture(),
                pods.start().toCompletableFuture(),
                services.start().toCompletableFuture());
        thread.start();
    }

    /** Nobody waits for a node whom a try could help. */
    public boolean idle() {
        return known.isDone() && queue.idle();
    }

    /** How far its queue and its watches are. */
    public List<Progress> progress() {
        List<Progress> parts = new ArrayList<>(volumes.progress());
        parts.add(new Progress.Work("scheduling queue", !queue.idle(), queue.attempts()));
        parts.add(Persistent.progress(pods));
        parts.add(Persistent.progress(nodes));
        parts.add(Persistent.progress(services));
        return parts;
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        pods.close();
        nodes.close();
        services.close();
        volumes.close();
    }

    private void run() {
        try {
            known.get();
            Optional<SchedulingQueue.QueuedPodInfo> next = queue.take();
            while (next.isPresent()) {
                scheduleOne(next.get());
                next = queue.take();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException closedBeforeItKnew) {
            LOG.debug("stopped before the first lists were there", closedBeforeItKnew);
        }
    }

    // tag::schedule[]
    private void scheduleOne(SchedulingQueue.QueuedPodInfo waiting) {
        Pod pod = waiting.pod;
        try {
            Placement.Decision decision = decide(pod);
            if (decision instanceof Placement.Decision.Place place) {
                bindWithVolumes(waiting, pod, place.node());
            } else if (decision instanceof Placement.Decision.Nowhere nowhere) {
                fail(waiting, pod, nowhere);
            }
        } catch (RuntimeException | Error e) {
            // Whatever it is, the thread goes on: it is the only one that schedules.
            if (!closed) {
                LOG.debug("{}: tried again", pod.getMetadata().getName(), e);
                queue.error(waiting);
            }
        }
    }

    /** A Pod that waits for volumes on a node stays with that node, if it still will do. */
    private Placement.Decision decide(Pod pod) {
        Optional<String> chosen = volumeBinder.chosen(pod);
        if (chosen.isPresent()) {
            cache.removePod(pod.getMetadata().getUid()); // its place was kept; it must not count against itself
            List<NodeInfo> only = cache.snapshot().stream()
                    .filter(node -> node.name().equals(chosen.get()))
                    .toList();
            Placement.Decision again = placement.decide(pod, only, cache.nominatedBefore(pod));
            if (again instanceof Placement.Decision.Place) {
                return again;
            }
            volumeBinder.forget(pod.getMetadata().getUid());
        }
        return placement.decide(pod, cache.snapshot(), cache.nominatedBefore(pod));
    }

    private void bindWithVolumes(SchedulingQueue.QueuedPodInfo waiting, Pod pod, String node) {
        NodeInfo info = cache.snapshot().stream()
                .filter(n -> n.name().equals(node))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("node " + node + " is gone"));
        try {
            if (volumeBinder.bind(pod, info.node())) {
                bind(waiting, pod, node);
                return;
            }
            cache.putPod(pod, node);
            queue.failed(waiting, Set.of(VolumeBinding.NAME));
            if (!queue.knows(waiting.uid)) {
                leaveVolumes(pod); // it was deleted meanwhile, and its watch came before its place was kept
            }
        } catch (VolumeBinder.Failed e) {
            String message = String.valueOf(e.getMessage());
            events.warning(pod, "FailedScheduling", message);
            queue.error(waiting);
            PodConditions.failed(client, clock, pod, message);
        }
    }

    private void fail(SchedulingQueue.QueuedPodInfo waiting, Pod pod, Placement.Decision.Nowhere nowhere) {
        String before = Placement.nominatedNode(pod);
        String nominated = before;
        if (nowhere.preemption() instanceof Preemption.Plan plan) {
            nominated = plan.node();
        } else if (nowhere.preemption() instanceof Preemption.Impossible impossible && !impossible.keepNomination()) {
            nominated = "";
        }
        cache.nominate(pod, nominated);
        events.warning(pod, "FailedScheduling", nowhere.message());
        // Into the queue first: what changes while the status is written must find the Pod there.
        queue.failed(waiting, nowhere.rejectedBy());
        PodConditions.pending(client, clock, pod, nowhere.message(), nominated);
        if (nowhere.preemption() instanceof Preemption.Plan plan) {
            evictions.carryOut(pod, plan, cache.nominatedAfter(pod, plan.node()));
        }
    }

    private void bind(SchedulingQueue.QueuedPodInfo waiting, Pod pod, String node) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        cache.putPod(pod, node);
        try {
            client.raw(
                    "/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding",
                    "POST",
                    new BindingBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withNamespace(namespace)
                            .withUid(pod.getMetadata().getUid())
                            .endMetadata()
                            .withNewTarget()
                            .withKind("Node")
                            .withName(node)
                            .endTarget()
                            .build());
        } catch (KubernetesClientException e) {
            cache.removePod(pod.getMetadata().getUid());
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // It was deleted, or somebody else bound it: the watch will say which.
                queue.done(waiting);
                return;
            }
            throw e;
        }
        queue.done(waiting);
        events.normal(pod, "Scheduled", "Successfully assigned " + namespace + "/" + name + " to " + node);
    }
    // end::schedule[]

    private void watchPods() {
        pods.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                seen(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod after) {
                seen(after);
            }

            @Override
            public void onDelete(Pod pod, boolean stateUnknown) {
                queue.remove(pod.getMetadata().getUid());
                leaveVolumes(pod);
            }
        });
    }

    private void seen(Pod pod) {
        String node = Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
        String phase = pod.getStatus() == null ? "Pending" : pod.getStatus().getPhase();
        if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
            left(pod);
        } else if (!node.isEmpty()) {
            queue.remove(pod.getMetadata().getUid());
            if (cache.putPod(pod, node)) {
                queue.changed(w -> w.rejectedBy.stream().anyMatch(ABOUT_PODS::contains));
            }
        } else if (NAME.equals(pod.getSpec().getSchedulerName())
                && pod.getMetadata().getDeletionTimestamp() == null
                && (pod.getSpec().getSchedulingGates() == null
                        || pod.getSpec().getSchedulingGates().isEmpty())) {
            if (!Placement.nominatedNode(pod).isEmpty()) {
                cache.nominate(pod, Placement.nominatedNode(pod));
            }
            queue.offer(pod);
        } else {
            queue.remove(pod.getMetadata().getUid());
            leaveVolumes(pod);
        }
    }

    /** The Pod gets no node any more: the place that was kept while its volumes were bound is free. */
    private void leaveVolumes(Pod pod) {
        volumeBinder.forget(pod.getMetadata().getUid());
        left(pod);
    }

    private void left(Pod pod) {
        if (cache.removePod(pod.getMetadata().getUid())) {
            queue.changed(w -> w.rejectedBy.stream().anyMatch(ABOUT_ROOM::contains));
        }
    }

    private void watchNodes() {
        nodes.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node node) {
                cache.putNode(node);
                queue.changed(w -> true);
            }

            @Override
            public void onUpdate(Node before, Node after) {
                boolean matters = !Objects.equals(before.getSpec(), after.getSpec())
                        || !Objects.equals(
                                before.getMetadata().getLabels(),
                                after.getMetadata().getLabels())
                        || !Objects.equals(
                                before.getStatus().getAllocatable(),
                                after.getStatus().getAllocatable());
                cache.putNode(after);
                if (matters) { // a heartbeat changes nothing that a decision depends on
                    queue.changed(w -> true);
                }
            }

            @Override
            public void onDelete(Node node, boolean stateUnknown) {
                cache.removeNode(node.getMetadata().getName());
            }
        });
    }

    /** What decisions ask about the cluster besides nodes and Pods. */
    private final class Around implements ClusterLister {
        @Override
        public List<Service> services(String namespace) {
            return services.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace);
        }

        @Override
        public Map<String, Map<String, String>> namespaces() {
            Map<String, Map<String, String>> labels = new HashMap<>();
            client.namespaces()
                    .list()
                    .getItems()
                    .forEach(n -> labels.put(
                            n.getMetadata().getName(),
                            Objects.requireNonNullElse(n.getMetadata().getLabels(), Map.of())));
            return labels;
        }

        @Override
        public VolumeLister volumes() {
            return volumes;
        }

        @Override
        public List<PodDisruptionBudget> budgets() {
            return client.policy()
                    .v1()
                    .podDisruptionBudget()
                    .inAnyNamespace()
                    .list()
                    .getItems();
        }
    }
}
