package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kubelab.containers.runtime.ContainerException;
import kubelab.containers.runtime.PodSandbox;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/**
 * One container of a Pod across all its restarts: image, start, hooks, probes, end, back-off. All methods run on the
 * Pod's queue, except those that say otherwise.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/kuberuntime (startContainer, killContainer, doBackOff), release 1.34.
 */
final class ContainerLifecycle implements Prober.Listener {
    /** Which list of the Pod's spec it is in. */
    enum Kind {
        INIT("spec.initContainers"),
        SIDECAR("spec.initContainers"),
        MAIN("spec.containers"),
        EPHEMERAL("spec.ephemeralContainers");

        final String field;

        Kind(String field) {
            this.field = field;
        }
    }

    /** What became of an attempt to start. */
    enum Attempt {
        STARTED,
        /** A postStart hook still runs: what comes after this container has to wait. */
        BUSY,
        /** Not now; the waiting reason says why, and the Pod is woken when it is time. */
        FAILED
    }

    /** Between a state and the back-off that follows it, so that people see both; upstream takes 10 to 15 s. */
    static final Duration SETTLE = Duration.ofSeconds(1);
    /** How often a kubelet looks again at a container that waits (and says so in an event). */
    static final Duration RESYNC = Duration.ofSeconds(12);

    private final PodContext pod;
    private final Kind kind;
    private final Backoff crash = new Backoff();
    private final ImagePull image;
    private final List<Prober> probers = new ArrayList<>();

    private volatile Container spec;
    private volatile @Nullable RuntimeContainer current;
    private volatile @Nullable RuntimeContainer previous;
    private volatile boolean running;
    private volatile ContainerState.@Nullable Waiting waiting;
    private ContainerState.@Nullable Terminated ended;
    private ContainerState.@Nullable Terminated before;
    private int attempts;
    private boolean hookRuns;
    private boolean killing;
    /** The kubelet itself has ended it, to start it anew. */
    private boolean restarting;
    /** It was ended for a new image: it starts once more, whatever the restart policy. */
    private boolean redefined;

    private boolean startupPassed;
    private boolean readinessPassed;
    private @Nullable Instant startedAt;
    private @Nullable Path terminationLog;
    private @Nullable Instant backoffSaid;

    ContainerLifecycle(PodContext pod, Kind kind, Container spec) {
        this.pod = pod;
        this.kind = kind;
        this.spec = spec;
        this.image = new ImagePull(pod, this);
    }

    // ---- what it is (any thread) ----

    String name() {
        return spec.getName();
    }

    Kind kind() {
        return kind;
    }

    Container spec() {
        return spec;
    }

    /** The container that runs, or ran last; null before the first. */
    @Nullable
    RuntimeContainer container() {
        return current;
    }

    /** The one before {@link #container()}. */
    @Nullable
    RuntimeContainer previous() {
        return previous;
    }

    boolean running() {
        return running;
    }

    /** Why it does not run, when it waits. */
    ContainerState.@Nullable Waiting waiting() {
        return waiting;
    }

    // ---- what it is (Pod's queue) ----

    ContainerState.@Nullable Terminated ended() {
        return ended;
    }

    ContainerState.@Nullable Terminated before() {
        return before;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    int restarts() {
        return Math.max(0, attempts - 1);
    }

    String imageId() {
        return image.id();
    }

    boolean busy() {
        return hookRuns;
    }

    /** The container runs and its startup probe, if any, has succeeded. */
    boolean started() {
        return running && !hookRuns && startupPassed;
    }

    boolean ready() {
        return started() && readinessPassed;
    }

    boolean succeeded() {
        return !running && ended != null && ended.exitCode() == 0;
    }

    /** Ended by the kubelet and not yet started again: nobody sees this state. */
    boolean restarting() {
        return restarting && !running;
    }

    // tag::restart[]
    boolean wantsRestart(String restartPolicy) {
        if (running) {
            return false;
        }
        if (ended == null || redefined || kind == Kind.SIDECAR) {
            return true;
        }
        return switch (restartPolicy) {
            case "Never" -> false;
            case "OnFailure" -> ended.exitCode() != 0;
            default -> true;
        };
    }
    // end::restart[]

    // ---- what is done with it ----

    /**
     * The Pod's spec has changed. New limits take effect at once. For a new image what runs is restarted, under every
     * restart policy; what has ended, and an init container, keeps the image that it had.
     */
    void update(Container changed) {
        boolean resized = !Objects.equals(changed.getResources(), spec.getResources());
        boolean otherImage = !Objects.equals(changed.getImage(), spec.getImage());
        spec = changed;
        RuntimeContainer container = current;
        if (resized && running && container != null) {
            container.update(ContainerConfigs.limits(changed));
        }
        if (otherImage && running && kind != Kind.INIT) {
            redefined = true;
            restarting = true;
            String event = kind == Kind.SIDECAR
                    ? "Init container " + name() + " definition changed"
                    : "Container " + name() + " definition changed, will be restarted";
            kill(event, grace(null), () -> {});
        } else if (otherImage) {
            image.forget();
        }
    }

    Attempt start() {
        if (hookRuns) {
            return Attempt.BUSY;
        }
        Attempt attempt = tryToStart();
        // Only this attempt is free: where the new image cannot be had, the restart policy has the next word.
        redefined = false;
        return attempt;
    }

    private Attempt tryToStart() {
        if (inCrashBackoff()) {
            return Attempt.FAILED;
        }
        if (!image.ensure()) {
            return Attempt.FAILED;
        }
        PodSandbox sandbox = Objects.requireNonNull(pod.sandbox());
        RuntimeContainer container;
        try {
            terminationLog = pod.volumes().terminationLog(spec, attempts);
            container = pod.runtime()
                    .createContainer(sandbox, ContainerConfigs.of(pod, spec, attempts, image.name(), terminationLog));
        } catch (ConfigException e) {
            return refuse("CreateContainerConfigError", String.valueOf(e.getMessage()));
        } catch (ContainerException e) {
            return refuse(e.reason(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return refuse("CreateContainerError", String.valueOf(e.getMessage()));
        }
        replaceCurrent(container);
        say(EventRecorder.Type.NORMAL, "Created", "Created container: " + name());
        ContainerState.Terminated last = lastCrash();
        if (last != null) {
            crash.next(
                    Objects.requireNonNullElse(last.finishedAt(), Instant.EPOCH),
                    pod.clock().now());
        }
        restarting = false;
        try {
            container.start();
        } catch (ContainerException e) {
            return startFailed(container, e);
        }
        say(EventRecorder.Type.NORMAL, "Started", "Started container " + name());
        nowRunning(container);
        return hookRuns ? Attempt.BUSY : Attempt.STARTED;
    }

    /**
     * Ends it: preStop hook, TERM, and KILL when {@code grace} is over.
     *
     * @param event what the Killing event says
     * @param then run on the Pod's queue when it has ended; at once when it does not run
     */
    void kill(String event, Duration grace, Runnable then) {
        RuntimeContainer container = current;
        if (!running || container == null) {
            then.run();
            return;
        }
        container.exited().whenComplete((exit, failure) -> pod.queue().execute(then));
        if (killing) {
            // A second request may only shorten the first one's time.
            pod.clock().schedule(grace, () -> pod.queue().execute(container::kill));
            return;
        }
        killing = true;
        stopProbes();
        say(EventRecorder.Type.NORMAL, "Killing", event);
        Hooks.preStop(pod, this, container, grace, rest -> container.stop(rest));
    }

    /** Time to end by itself: a failed probe's own, or the Pod's. */
    Duration grace(@Nullable Long own) {
        Long seconds = own != null ? own : pod.pod().getSpec().getTerminationGracePeriodSeconds();
        return Duration.ofSeconds(seconds == null ? 30 : seconds);
    }

    void stopProbes() {
        probers.forEach(Prober::stop);
        probers.clear();
    }

    /** Forgets containers and their logs. */
    void remove() {
        stopProbes();
        for (RuntimeContainer old : new @Nullable RuntimeContainer[] {previous, current}) {
            if (old != null) {
                old.remove();
            }
        }
    }

    /** The Pod is over: what was waited for will not happen any more. */
    void stopWaiting() {
        waiting = null;
        if (ended != null && !running) {
            before = null;
        }
    }

    void say(EventRecorder.Type type, String reason, String message) {
        pod.events().event(EventRecorder.container(pod.pod(), kind.field, name()), type, reason, message);
    }

    void waitFor(String reason, String message) {
        waiting = new ContainerState.Waiting(reason, message);
    }

    /** A hook has ended. @param failure null when it went well */
    void hookDone(RuntimeContainer container, @Nullable String failure) {
        hookRuns = false;
        if (container != current) {
            return;
        }
        if (failure == null) {
            if (running) {
                startProbes(container);
            }
            pod.changed();
            return;
        }
        waitFor("PostStartHookError", failure);
        say(EventRecorder.Type.WARNING, "FailedPostStartHook", "PostStartHook failed");
        kill("FailedPostStartHook", grace(null), () -> {});
    }

    @Override
    public void failed(Prober.Kind probe, String output) {
        say(EventRecorder.Type.WARNING, "Unhealthy", probe.label + " probe failed: " + output);
    }

    @Override
    public boolean suspended() {
        return pod.paused();
    }

    @Override
    public void verdict(Prober.Kind probe, boolean healthy) {
        switch (probe) {
            case READINESS -> readinessPassed = healthy;
            case STARTUP -> {
                if (healthy) {
                    startupPassed = true;
                    RuntimeContainer container = current;
                    if (container != null) {
                        startProbes(container);
                    }
                } else {
                    restartUnhealthy(probe, spec.getStartupProbe());
                }
            }
            case LIVENESS -> {
                if (!healthy) {
                    restartUnhealthy(probe, spec.getLivenessProbe());
                }
            }
        }
        pod.changed();
    }

    private void restartUnhealthy(Prober.Kind probe, Probe definition) {
        restarting = running;
        kill(
                "Container " + name() + " failed " + probe.label.toLowerCase(java.util.Locale.ROOT)
                        + " probe, will be restarted",
                grace(definition.getTerminationGracePeriodSeconds()),
                () -> {});
    }

    /**
     * What the back-off counts from. A container that a failed probe ends is started again in the same breath, when the
     * kubelet knows only of ends before this one: so the first restart after a failed probe is free.
     */
    private ContainerState.@Nullable Terminated lastCrash() {
        return restarting ? before : ended;
    }

    private boolean inCrashBackoff() {
        ContainerState.Terminated last = lastCrash();
        if (last == null) {
            return false;
        }
        Instant now = pod.clock().now();
        Instant finished = Objects.requireNonNullElse(last.finishedAt(), Instant.EPOCH);
        Duration left = crash.remaining(finished, now);
        if (left.isZero()) {
            return false;
        }
        Duration sinceEnd = Duration.between(finished, now);
        if (!restarting && sinceEnd.compareTo(SETTLE) < 0) {
            pod.wake(SETTLE.minus(sinceEnd));
            return true;
        }
        restarting = false;
        waitFor(
                "CrashLoopBackOff",
                "back-off " + Durations.format(crash.delay()) + " restarting failed container=" + name() + " pod="
                        + pod.formatted());
        if (backoffSaid == null || Duration.between(backoffSaid, now).compareTo(RESYNC) >= 0) {
            backoffSaid = now;
            say(
                    EventRecorder.Type.WARNING,
                    "BackOff",
                    "Back-off restarting failed container " + name() + " in pod " + pod.formatted());
        }
        pod.wake(left.compareTo(RESYNC) < 0 ? left : RESYNC);
        return true;
    }

    private Attempt refuse(String reason, String message) {
        waitFor(reason, message);
        say(EventRecorder.Type.WARNING, "Failed", "Error: " + message);
        pod.wake(RESYNC);
        return Attempt.FAILED;
    }

    private void replaceCurrent(RuntimeContainer container) {
        RuntimeContainer older = previous;
        if (older != null) {
            older.remove();
        }
        previous = current;
        current = container;
        attempts++;
    }

    /** The runtime has a container that never ran: upstream shows it as ended with StartError at the epoch. */
    private Attempt startFailed(RuntimeContainer container, ContainerException e) {
        String message = String.valueOf(e.getMessage());
        before = ended;
        ended = new ContainerState.Terminated(
                128,
                e.reason().equals("RunContainerError") ? "StartError" : e.reason(),
                message,
                Instant.EPOCH,
                pod.clock().now(),
                container.id());
        say(EventRecorder.Type.WARNING, "Failed", "Error: " + message);
        waitFor("RunContainerError", message);
        pod.wake(SETTLE);
        return Attempt.FAILED;
    }

    private void nowRunning(RuntimeContainer container) {
        waiting = null;
        running = true;
        killing = false;
        backoffSaid = null;
        startedAt = pod.clock().now();
        startupPassed = spec.getStartupProbe() == null;
        readinessPassed = spec.getReadinessProbe() == null;
        container.exited().whenComplete((exit, failure) -> pod.queue().execute(() -> {
            if (exit != null) {
                exited(container, exit);
            }
        }));
        if (spec.getLifecycle() != null && spec.getLifecycle().getPostStart() != null) {
            hookRuns = true;
            Hooks.postStart(pod, this, container, spec.getLifecycle().getPostStart());
        } else {
            startProbes(container);
        }
    }

    private void startProbes(RuntimeContainer container) {
        stopProbes();
        if (!startupPassed) {
            probe(Prober.Kind.STARTUP, spec.getStartupProbe(), container);
            return;
        }
        probe(Prober.Kind.LIVENESS, spec.getLivenessProbe(), container);
        probe(Prober.Kind.READINESS, spec.getReadinessProbe(), container);
    }

    private void probe(Prober.Kind probe, @Nullable Probe definition, RuntimeContainer container) {
        if (definition == null) {
            return;
        }
        Prober prober = new Prober(
                probe,
                definition,
                spec,
                container,
                pod.podIp(),
                pod.handlers(),
                pod.clock(),
                pod.blocking(),
                pod.queue(),
                this);
        probers.add(prober);
        prober.start();
    }

    private void exited(RuntimeContainer container, RuntimeContainer.Exit exit) {
        if (container != current || !running) {
            return;
        }
        running = false;
        hookRuns = false;
        stopProbes();
        startupPassed = false;
        readinessPassed = false;
        before = ended;
        ended = new ContainerState.Terminated(
                exit.code(),
                exit.reason(),
                TerminationMessage.of(container, exit.code(), terminationLog, spec.getTerminationMessagePolicy()),
                exit.startedAt(),
                exit.finishedAt(),
                container.id());
        pod.changed();
    }
}
