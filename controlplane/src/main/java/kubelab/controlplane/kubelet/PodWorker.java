package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.PodSandbox;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one Pod on this node. Whatever happens (the API object changes, a container ends, a probe's
 * verdict, a timer) leads to one {@link #sync()}, which looks at the whole Pod and does the next thing. Stages:
 * <em>living</em> (start and restart containers), <em>ending</em> (deleted, past its deadline or complete: stop what
 * runs), <em>over</em> (nothing runs, final phase written), <em>gone</em> (no API object any more, nothing left).
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet (syncPod, syncTerminatingPod, syncTerminatedPod), release 1.34.
 */
final class PodWorker implements PodContext {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration MIRROR_RETRY = Duration.ofSeconds(2);

    private enum Stage {
        LIVING,
        ENDING,
        OVER,
        GONE
    }

    private final KubeletContext kubelet;
    private final SerialQueue queue;
    private final Environment environment;
    private final Volumes volumes;
    private final PodStatusWriter writer;
    private final List<ContainerLifecycle> lifecycles = new CopyOnWriteArrayList<>();
    private volatile Pod pod;
    private volatile @Nullable PodSandbox sandbox;
    private volatile Stage stage = Stage.LIVING;
    private volatile boolean rejected;
    private volatile boolean leaving;
    private final boolean isStatic;
    /** What the API server shows of a static Pod; null as long as it shows nothing. */
    private volatile @Nullable Pod mirror;

    private boolean networkUp;
    private final Sources sources;
    private String podIp = "";
    private boolean initialized;
    private boolean paused;
    private boolean syncQueued;
    private @Nullable String endReason;
    private @Nullable String endMessage;
    private @Nullable Instant nextWake;
    private Clock.@Nullable Timer wakeTimer;
    private @Nullable Instant startTime;
    private Duration mountDelay = Duration.ofMillis(500);
    private @Nullable Duration shortest;
    private @Nullable ContainerLifecycle stopping;
    private boolean mounted;
    private boolean remount;

    PodWorker(KubeletContext kubelet, Pod pod) {
        this.kubelet = kubelet;
        this.pod = pod;
        this.queue = new SerialQueue(kubelet.workers(), kubelet::closed);
        this.sources = new Sources(kubelet.client());
        this.environment = new Environment(sources, kubelet.podConfig(), kubelet.node());
        this.volumes = new Volumes(
                kubelet.client(),
                kubelet.runtime().fileSystem(),
                kubelet.node(),
                kubelet.clock(),
                pod.getMetadata().getUid());
        this.writer = new PodStatusWriter(kubelet);
        this.isStatic = StaticPods.isStatic(pod);
        addUnits(pod);
    }

    // ---- from outside (any thread) ----

    /** The API object has changed. */
    void update(Pod changed) {
        queue.execute(() -> {
            pod = changed;
            adopt(changed);
            writer.seen(changed);
            sync();
        });
    }

    /** The node does not take the Pod: nothing of it ever starts. */
    void reject(PodAdmission.Rejection why) {
        rejected = true;
        queue.execute(() -> {
            events().warning(pod, why.reason(), why.message());
            endReason = why.reason();
            endMessage = "Pod was rejected: " + why.message();
            stage = Stage.OVER;
            sync();
        });
    }

    /** Whether what it asks for is not free. */
    boolean holdsResources() {
        return !rejected && !leaving && !over();
    }

    boolean rejected() {
        return rejected;
    }

    /** The API object is gone: end what is left at once. */
    void removed(Pod last) {
        leaving = true; // at once: whoever is bound here next may have its room
        queue.execute(() -> {
            if (stage == Stage.GONE) {
                return;
            }
            pod = last;
            stageGone();
        });
    }

    /** The file of a static Pod is gone, or says something else: end what runs, within the Pod's own grace period. */
    void end() {
        leaving = true;
        queue.execute(this::sync);
    }

    /** The mirror of a static Pod has appeared or changed; null when there is none at the start. */
    void mirrorChanged(@Nullable Pod changed) {
        queue.execute(() -> {
            Pod known = mirror;
            mirror = changed;
            if (known == null
                    || changed == null
                    || !known.getMetadata()
                            .getUid()
                            .equals(changed.getMetadata().getUid())) {
                writer.forget();
            } else {
                writer.seen(changed);
            }
            sync();
        });
    }

    /** The mirror with this uid was deleted; if it is the last one, the next is made. */
    void mirrorGone(String uid) {
        queue.execute(() -> {
            Pod known = mirror;
            if (known != null && known.getMetadata().getUid().equals(uid)) {
                mirror = null;
                sync();
            }
        });
    }

    /** A ConfigMap or Secret that a volume shows has changed. */
    void sourceChanged() {
        queue.execute(() -> {
            remount = true;
            sync();
        });
    }

    /** While paused (its kubelet is stopped) nothing is decided; containers go on. */
    void pause(boolean pause) {
        queue.execute(() -> {
            paused = pause;
            if (!pause) {
                writer.forget();
                sync();
            }
        });
    }

    String uid() {
        return pod.getMetadata().getUid();
    }

    boolean isStatic() {
        return isStatic;
    }

    @Nullable
    Pod mirror() {
        return mirror;
    }

    /** The object of the API server that has this Pod's status; null when there is none. */
    @Nullable
    Pod object() {
        return isStatic ? mirror : pod;
    }

    List<ContainerLifecycle> lifecycles() {
        return lifecycles;
    }

    Optional<ContainerLifecycle> lifecycle(String name) {
        return lifecycles.stream().filter(u -> u.name().equals(name)).findFirst();
    }

    // ---- PodContext ----

    @Override
    public Pod pod() {
        return pod;
    }

    @Override
    public NodeConfig node() {
        return kubelet.node();
    }

    @Override
    public Clock clock() {
        return kubelet.clock();
    }

    @Override
    public ContainerRuntime runtime() {
        return kubelet.runtime();
    }

    @Override
    public @Nullable PodSandbox sandbox() {
        return sandbox;
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public PullSecrets pullSecrets() {
        return PullSecrets.of(pod, sources);
    }

    @Override
    public Volumes volumes() {
        return volumes;
    }

    @Override
    public Handlers handlers() {
        return kubelet.handlers();
    }

    @Override
    public EventRecorder events() {
        return kubelet.events();
    }

    @Override
    public Executor queue() {
        return queue;
    }

    @Override
    public Executor blocking() {
        return kubelet.blocking();
    }

    @Override
    public boolean paused() {
        return paused;
    }

    @Override
    public void changed() {
        if (!syncQueued) {
            syncQueued = true;
            queue.execute(() -> {
                syncQueued = false;
                sync();
            });
        }
    }

    @Override
    public void wake(Duration delay) {
        Instant due = clock().now().plus(delay);
        if (nextWake != null && !due.isBefore(nextWake)) {
            return;
        }
        if (wakeTimer != null) {
            wakeTimer.cancel();
        }
        nextWake = due;
        wakeTimer = clock().schedule(
                        delay,
                        () -> queue.execute(() -> {
                            nextWake = null;
                            sync();
                        }));
    }

    // ---- what the status is made from ----

    boolean networkUp() {
        return networkUp;
    }

    @Override
    public String podIp() {
        return podIp;
    }

    /** Whether init containers come first. */
    boolean initializing() {
        return lifecycles.stream()
                .anyMatch(u -> u.kind() == ContainerLifecycle.Kind.INIT || u.kind() == ContainerLifecycle.Kind.SIDECAR);
    }

    boolean ending() {
        return stage != Stage.LIVING;
    }

    boolean over() {
        return stage == Stage.OVER || stage == Stage.GONE;
    }

    boolean hostNetwork() {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    Instant startTime() {
        if (startTime == null) {
            startTime = pod.getStatus() != null && pod.getStatus().getStartTime() != null
                    ? Instant.parse(pod.getStatus().getStartTime())
                    : clock().now();
        }
        return startTime;
    }

    @Nullable
    String endReason() {
        return endReason;
    }

    @Nullable
    String endMessage() {
        return endMessage;
    }

    String restartPolicy() {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null ? "Always" : policy;
    }

    Stream<ContainerLifecycle> of(ContainerLifecycle.Kind kind) {
        return lifecycles.stream().filter(u -> u.kind() == kind);
    }

    // ---- the machine ----

    private void sync() {
        if (paused || stage == Stage.GONE) {
            return;
        }
        if (stage == Stage.LIVING) {
            live();
        }
        if (stage == Stage.ENDING) {
            stopAll();
        }
        writer.write(this);
        if (stage != Stage.OVER || !deleted()) {
            return;
        }
        if (isStatic) {
            stageGone();
        } else {
            writer.delete(this);
        }
    }

    /** By its object in the API server, or by its file. */
    private boolean deleted() {
        return isStatic ? leaving : pod.getMetadata().getDeletionTimestamp() != null;
    }

    private void live() {
        if (deleted()) {
            stage = Stage.ENDING;
            return;
        }
        if (isStatic) {
            showMirror();
        }
        if (isFinal(pod.getStatus() == null ? null : pod.getStatus().getPhase())) {
            // Somebody else (a controller, eviction) has declared it over.
            endReason = pod.getStatus().getReason();
            endMessage = pod.getStatus().getMessage();
            stage = Stage.ENDING;
            return;
        }
        // What has happened is written before something is done about it, so that watchers see each state.
        if (lifecycles.stream().noneMatch(ContainerLifecycle::restarting)) {
            writer.write(this);
        }
        if (pastDeadline()) {
            endReason = "DeadlineExceeded";
            endMessage = "Pod was active on the node longer than the specified deadline";
            events().normal(pod, endReason, endMessage);
            stage = Stage.ENDING;
            return;
        }
        if (!prepare()) {
            return;
        }
        startEphemeral();
        if (!initialize()) {
            if (initFailed()) {
                stage = Stage.ENDING;
            }
            return;
        }
        initialized = true;
        for (ContainerLifecycle lifecycle : of(ContainerLifecycle.Kind.MAIN).toList()) {
            if (lifecycle.wantsRestart(restartPolicy()) && lifecycle.start() == ContainerLifecycle.Attempt.BUSY) {
                return;
            }
        }
        boolean complete = of(ContainerLifecycle.Kind.MAIN)
                .allMatch(u -> !u.running() && u.ended() != null && !u.wantsRestart(restartPolicy()));
        if (complete) {
            stage = Stage.ENDING;
        }
    }

    /**
     * Sees to it that the API server shows this Pod as it is. Containers do not wait for that: they run without an API
     * server, too.
     */
    private void showMirror() {
        Pod known = mirror;
        if (known != null && MirrorPods.shows(known, pod)) {
            return;
        }
        Optional<Node> machine = kubelet.podConfig().node(node().name());
        if (!kubelet.online() || machine.isEmpty()) {
            wake(MIRROR_RETRY);
            return;
        }
        try {
            if (known != null) {
                MirrorPods.delete(kubelet.client(), known);
                mirror = null;
            }
            mirror = MirrorPods.create(kubelet.client(), pod, machine.get());
            writer.forget();
        } catch (KubernetesClientException e) {
            LOG.debug("failed creating a mirror of {}", formatted(), e);
            wake(MIRROR_RETRY);
        }
    }

    /** Volumes and sandbox. @return false when they are not ready; the Pod is woken when it is time to try again */
    private boolean prepare() {
        if (!mounted || remount) {
            try {
                volumes.mount(pod, podIp);
                mounted = true;
                remount = false;
                mountDelay = Duration.ofMillis(500);
            } catch (Volumes.MountException e) {
                events().warning(pod, "FailedMount", String.valueOf(e.getMessage()));
                wake(mountDelay);
                Duration doubled = mountDelay.multipliedBy(2);
                mountDelay = doubled.compareTo(Duration.ofSeconds(122)) > 0 ? Duration.ofSeconds(122) : doubled;
                if (!mounted) {
                    return false;
                }
            }
        }
        if (sandbox == null) {
            PodSandbox created = runtime().runPodSandbox(SandboxConfigs.of(pod, node(), kubelet.cluster()));
            sandbox = created;
            podIp = hostNetwork() ? node().ip() : created.network().ip();
            networkUp = true;
        }
        return true;
    }

    /** @return true when every init container is done and every sidecar has started */
    private boolean initialize() {
        for (ContainerLifecycle lifecycle : lifecycles) {
            if (lifecycle.kind() == ContainerLifecycle.Kind.SIDECAR) {
                if (!lifecycle.running() && lifecycle.start() != ContainerLifecycle.Attempt.STARTED && !initialized) {
                    return false;
                }
                if (!lifecycle.started() && !initialized) {
                    return false;
                }
            } else if (lifecycle.kind() == ContainerLifecycle.Kind.INIT && !initialized && !lifecycle.succeeded()) {
                if (!lifecycle.running() && lifecycle.wantsRestart(restartPolicy())) {
                    lifecycle.start();
                }
                return false;
            }
        }
        return true;
    }

    private boolean initFailed() {
        return of(ContainerLifecycle.Kind.INIT)
                .anyMatch(u -> !u.running()
                        && u.ended() != null
                        && u.ended().exitCode() != 0
                        && !u.wantsRestart(restartPolicy()));
    }

    private void startEphemeral() {
        of(ContainerLifecycle.Kind.EPHEMERAL)
                .filter(u -> !u.running() && u.ended() == null)
                .forEach(ContainerLifecycle::start);
    }

    private boolean pastDeadline() {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        if (seconds == null) {
            return false;
        }
        Duration left = Duration.between(clock().now(), startTime().plusSeconds(seconds));
        if (left.isNegative() || left.isZero()) {
            return true;
        }
        wake(left);
        return false;
    }

    /** Stops what runs: the main containers together, then the sidecars, the last first. */
    private void stopAll() {
        Duration grace = grace();
        if (shortest == null || grace.compareTo(shortest) < 0) {
            shortest = grace;
            lifecycles.forEach(ContainerLifecycle::stopWaiting);
            writer.write(this);
            List<ContainerLifecycle> first = lifecycles.stream()
                    .filter(u -> u.kind() != ContainerLifecycle.Kind.SIDECAR)
                    .toList();
            first.forEach(u -> u.kill("Stopping container " + u.name(), grace, this::changed));
        }
        List<ContainerLifecycle> left =
                lifecycles.stream().filter(ContainerLifecycle::running).toList();
        if (left.stream().anyMatch(u -> u.kind() != ContainerLifecycle.Kind.SIDECAR)) {
            return;
        }
        if (!left.isEmpty()) {
            ContainerLifecycle last = left.get(left.size() - 1);
            if (stopping != last) {
                stopping = last;
                writer.write(this);
                last.kill("Stopping container " + last.name(), grace, this::changed);
            }
            if (last.running()) {
                return;
            }
            stopAll();
            return;
        }
        lifecycles.forEach(ContainerLifecycle::stopWaiting);
        // Upstream's last writes differ: the sandbox's end is seen before the final phase where stopping took a turn.
        boolean deleted = deleted();
        boolean sandboxFirst = deleted
                ? of(ContainerLifecycle.Kind.MAIN).anyMatch(u -> u.container() == null)
                : of(ContainerLifecycle.Kind.SIDECAR).findAny().isPresent();
        if (!deleted && !sandboxFirst) {
            writer.write(this);
        }
        stopNetwork();
        if (sandboxFirst) {
            writer.write(this);
        }
        stage = Stage.OVER;
    }

    private void stopNetwork() {
        lifecycles.forEach(ContainerLifecycle::stopProbes);
        PodSandbox created = sandbox;
        // Containers stay until the object is gone: their logs can still be read.
        if (created != null && networkUp && !hostNetwork()) {
            created.network().close();
        }
        networkUp = false;
    }

    private void stageGone() {
        stage = Stage.GONE;
        if (wakeTimer != null) {
            wakeTimer.cancel();
        }
        stopNetwork();
        for (ContainerLifecycle lifecycle : lifecycles) {
            lifecycle.remove();
        }
        PodSandbox created = sandbox;
        if (created != null) {
            created.remove();
        }
        volumes.unmount();
        kubelet.forget(this);
    }

    private Duration grace() {
        Long seconds = pod.getMetadata().getDeletionTimestamp() != null
                ? pod.getMetadata().getDeletionGracePeriodSeconds()
                : pod.getSpec().getTerminationGracePeriodSeconds();
        return Duration.ofSeconds(seconds == null ? 30 : Math.max(1, seconds));
    }

    private void addUnits(Pod of) {
        for (Container init : orEmpty(of.getSpec().getInitContainers())) {
            boolean sidecar = "Always".equals(init.getRestartPolicy());
            lifecycles.add(new ContainerLifecycle(
                    this, sidecar ? ContainerLifecycle.Kind.SIDECAR : ContainerLifecycle.Kind.INIT, init));
        }
        for (Container main : of.getSpec().getContainers()) {
            lifecycles.add(new ContainerLifecycle(this, ContainerLifecycle.Kind.MAIN, main));
        }
        addEphemeral(of);
    }

    private void addEphemeral(Pod of) {
        for (EphemeralContainer extra : orEmpty(of.getSpec().getEphemeralContainers())) {
            if (lifecycle(extra.getName()).isEmpty()) {
                lifecycles.add(new ContainerLifecycle(
                        this, ContainerLifecycle.Kind.EPHEMERAL, EphemeralContainers.plain(extra)));
            }
        }
    }

    private void adopt(Pod changed) {
        List<Container> all = new ArrayList<>(orEmpty(changed.getSpec().getInitContainers()));
        all.addAll(changed.getSpec().getContainers());
        for (Container container : all) {
            lifecycle(container.getName())
                    .filter(u -> !Objects.equals(u.spec(), container))
                    .ifPresent(u -> u.update(container));
        }
        addEphemeral(changed);
    }

    private static boolean isFinal(@Nullable String phase) {
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
