package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kubelab.labkit.PodScheduler;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;

/**
 * Puts a {@link PodScheduler} to work: watches Pods and nodes, and for each Pod of one namespace that names this
 * scheduler and has no node, asks for a node and binds. One Pod at a time, by priority, then by age.
 *
 * <p>Only one namespace is served, so that two learners with schedulers of the same name do not meet. The Pods that take
 * up room are those of all namespaces.
 *
 * <p>Source: k8s.io/kubernetes/pkg/scheduler (schedule_one.go), release 1.34. Simplified: there is one queue, and a Pod
 * that did not fit is tried again whenever what the scheduler can see has changed.
 */
public final class SchedulerHarness implements Harness {
    /** What a Pod says as {@code schedulerName} where nothing else is agreed. */
    public static final String DEFAULT_NAME = "my-scheduler";

    private static final long PAUSE_AFTER_FAULT_MS = 1000;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final PodScheduler scheduler;
    private final Consumer<Exception> faults;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final Thread thread;
    /** Bound by us, and perhaps not yet seen by the informer: uid → node. Only the harness's thread touches it. */
    private final Map<String, String> assumed = new HashMap<>();
    /** Pods that did not fit: uid → the nodes as they were then. */
    private final Map<String, List<NodeInfo>> unschedulable = new HashMap<>();

    private final Map<String, Long> notBefore = new HashMap<>();
    private boolean changed = true;
    private volatile boolean closed;

    private SchedulerHarness(Site site, String name, PodScheduler scheduler) {
        this.client = site.client();
        this.namespace = site.namespace();
        this.name = name;
        this.scheduler = scheduler;
        this.faults = site.faults();
        this.pods = client.pods().inAnyNamespace().inform(new Wake<>());
        this.nodes = client.nodes().inform(new Wake<>());
        this.thread = new Thread(this::run, "scheduler " + name);
        thread.setDaemon(true);
    }

    /**
     * A scheduler for the Pods that ask for it. Its site's client reads Pods and nodes of the whole cluster and binds in the
     * namespace; faults are the exceptions that filter or score threw.
     *
     * @param schedulerName what Pods say as {@code schedulerName}
     */
    public static Plan<PodScheduler, SchedulerHarness> named(String schedulerName) {
        return new Plan<>(PodScheduler.class, "scheduler " + schedulerName, (site, scheduler) -> {
            SchedulerHarness harness = new SchedulerHarness(site, schedulerName, scheduler);
            harness.thread.start();
            return harness;
        });
    }

    public String schedulerName() {
        return name;
    }

    private void run() {
        while (!closed) {
            try {
                awaitChange();
                List<Pod> all = pods.getStore().list();
                all.stream().filter(p -> p.getSpec().getNodeName() != null).forEach(p -> assumed.remove(uid(p)));
                all.stream()
                        .filter(this::isOurs)
                        .sorted(Comparator.comparingInt(SchedulerHarness::priority)
                                .reversed()
                                .thenComparing(p -> p.getMetadata().getCreationTimestamp())
                                .thenComparing(p -> p.getMetadata().getName()))
                        .forEach(this::schedule);
            } catch (InterruptedException e) {
                return;
            } catch (KubernetesClientException e) {
                // the API server has refused or lost something: look again
                wake();
                pause();
            } catch (RuntimeException e) {
                if (!closed) {
                    faults.accept(e);
                    pause();
                }
            }
        }
    }

    private boolean isOurs(Pod pod) {
        return pod.getMetadata().getNamespace().equals(namespace)
                && name.equals(pod.getSpec().getSchedulerName())
                && pod.getSpec().getNodeName() == null
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getSpec().getSchedulingGates().isEmpty()
                && !assumed.containsKey(uid(pod));
    }

    private void schedule(Pod pod) {
        if (closed || System.nanoTime() < notBefore.getOrDefault(uid(pod), Long.MIN_VALUE)) {
            return;
        }
        List<NodeInfo> snapshot = snapshot();
        if (snapshot.equals(unschedulable.get(uid(pod)))) {
            return;
        }
        PodInfo info = Infos.of(pod);
        Optional<NodeInfo> best;
        try {
            best = choose(info, snapshot);
        } catch (RuntimeException e) {
            if (closed) {
                return;
            }
            faults.accept(e);
            notBefore.put(uid(pod), System.nanoTime() + PAUSE_AFTER_FAULT_MS * 1_000_000);
            tell(pod, "SchedulerError", "the scheduler " + name + " failed: " + e.getMessage());
            return;
        }
        if (best.isPresent()) {
            bind(pod, best.get().name());
        } else {
            unschedulable.put(uid(pod), snapshot);
            tell(
                    pod,
                    "Unschedulable",
                    "0/" + snapshot.size() + " nodes are available: " + snapshot.size() + " refused by filter of "
                            + name + ".");
        }
    }

    private Optional<NodeInfo> choose(PodInfo pod, List<NodeInfo> snapshot) {
        NodeInfo best = null;
        int highest = Integer.MIN_VALUE;
        for (NodeInfo node : snapshot) {
            if (scheduler.filter(pod, node)) {
                int score = scheduler.score(pod, node);
                if (best == null || score > highest) {
                    best = node;
                    highest = score;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** The nodes by name, each with its Pods, those included that we have bound a moment ago. */
    private List<NodeInfo> snapshot() {
        Map<String, List<PodInfo>> byNode = new HashMap<>();
        for (Pod pod : pods.getStore().list()) {
            String node = pod.getSpec().getNodeName() == null
                    ? assumed.get(uid(pod))
                    : pod.getSpec().getNodeName();
            if (node != null && !Infos.isOver(pod)) {
                byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(Infos.of(pod));
            }
        }
        byNode.values()
                .forEach(list ->
                        list.sort(Comparator.comparing(PodInfo::namespace).thenComparing(PodInfo::name)));
        return nodes.getStore().list().stream()
                .sorted(Comparator.comparing(n -> n.getMetadata().getName()))
                .map(n -> Infos.of(n, byNode.getOrDefault(n.getMetadata().getName(), List.of())))
                .toList();
    }

    private void bind(Pod pod, String node) {
        // assumed first: the watch may be faster than the answer
        assumed.put(uid(pod), node);
        unschedulable.remove(uid(pod));
        String podName = pod.getMetadata().getName();
        try {
            client.raw(
                    "/api/v1/namespaces/" + namespace + "/pods/" + podName + "/binding",
                    "POST",
                    new BindingBuilder()
                            .withNewMetadata()
                            .withName(podName)
                            .endMetadata()
                            .withNewTarget()
                            .withApiVersion("v1")
                            .withKind("Node")
                            .withName(node)
                            .endTarget()
                            .build());
        } catch (KubernetesClientException e) {
            assumed.remove(uid(pod));
            if (e.getCode() == 404 || e.getCode() == 409) {
                return; // deleted, or bound by somebody else
            }
            throw e;
        }
        event(pod, "Normal", "Scheduled", "Successfully assigned " + namespace + "/" + podName + " to " + node);
    }

    /** Says at the Pod why it has no node: once as condition, once as event. */
    private void tell(Pod pod, String reason, String message) {
        boolean known = pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "PodScheduled".equals(c.getType()) && message.equals(c.getMessage()));
        if (known) {
            return;
        }
        try {
            client.pods()
                    .inNamespace(namespace)
                    .withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(
                            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                    io.fabric8.kubernetes.client.dsl.base.PatchType.STRATEGIC_MERGE),
                            new PodBuilder()
                                    .withNewStatus()
                                    .withConditions(new PodConditionBuilder()
                                            .withType("PodScheduled")
                                            .withStatus("False")
                                            .withReason(reason)
                                            .withMessage(message)
                                            .withLastTransitionTime(Instant.now()
                                                    .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                                    .toString())
                                            .build())
                                    .endStatus()
                                    .build());
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                return;
            }
            throw e;
        }
        event(pod, "Warning", "FailedScheduling", message);
    }

    private void event(Pod pod, String type, String reason, String message) {
        String now =
                Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        client.v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName() + "." + Long.toHexString(System.nanoTime()))
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName(pod.getMetadata().getName())
                        .withUid(uid(pod))
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason)
                        .withMessage(message)
                        .withCount(1)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withReportingComponent(name)
                        .withReportingInstance(name)
                        .withNewSource()
                        .withComponent(name)
                        .endSource()
                        .build())
                .create();
    }

    private synchronized void awaitChange() throws InterruptedException {
        long deadline = System.nanoTime() + PAUSE_AFTER_FAULT_MS * 1_000_000;
        while (!changed && !closed && System.nanoTime() < deadline) {
            wait(PAUSE_AFTER_FAULT_MS);
        }
        changed = false;
    }

    private synchronized void wake() {
        changed = true;
        notifyAll();
    }

    private void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    private static int priority(Pod pod) {
        return pod.getSpec().getPriority() == null ? 0 : pod.getSpec().getPriority();
    }

    /** Ends the watches and the loop; Pods that were bound stay where they are. */
    @Override
    public void close() {
        closed = true;
        pods.close();
        nodes.close();
        thread.interrupt();
        wake();
    }

    @Override
    public String toString() {
        return "scheduler \"" + name + "\" for the Pods of namespace " + namespace;
    }

    private final class Wake<T> implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            wake();
        }

        @Override
        public void onUpdate(T before, T after) {
            wake();
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            wake();
        }
    }
}
