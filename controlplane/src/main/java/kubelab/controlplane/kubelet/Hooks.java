package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle hooks. A postStart hook holds up what comes after its container; a preStop hook runs on the Pod's time to
 * end.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/lifecycle, release 1.34.
 */
final class Hooks {
    private static final String AGENT = "kube-lifecycle/1.34";
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    /** What a container gets for TERM when its preStop hook has used up all the time. */
    private static final Duration MINIMUM = Duration.ofSeconds(2);

    private Hooks() {}

    static void postStart(
            PodContext pod, ContainerLifecycle lifecycle, RuntimeContainer container, LifecycleHandler handler) {
        run(pod, lifecycle, container, handler, null)
                .whenComplete((outcome, failure) -> pod.queue().execute(() -> {
                    boolean ok = failure == null && outcome.ok();
                    lifecycle.hookDone(container, ok ? null : describe(pod, lifecycle, handler, outcome));
                }));
    }

    /**
     * @param stop called on the Pod's queue with the time that is left, when the hook has ended or its time is over; at
     *     once when there is no hook
     */
    static void preStop(
            PodContext pod,
            ContainerLifecycle lifecycle,
            RuntimeContainer container,
            Duration grace,
            Consumer<Duration> stop) {
        LifecycleHandler handler = lifecycle.spec().getLifecycle() == null
                ? null
                : lifecycle.spec().getLifecycle().getPreStop();
        if (handler == null || grace.isZero()) {
            stop.accept(grace);
            return;
        }
        Instant deadline = pod.clock().now().plus(grace);
        AtomicBoolean done = new AtomicBoolean();
        pod.clock().schedule(grace, () -> pod.queue().execute(() -> {
            if (done.compareAndSet(false, true)) {
                stop.accept(MINIMUM);
            }
        }));
        run(pod, lifecycle, container, handler, grace)
                .whenComplete((outcome, failure) -> pod.queue().execute(() -> {
                    if (!done.compareAndSet(false, true)) {
                        return;
                    }
                    if (failure != null || !outcome.ok()) {
                        lifecycle.say(EventRecorder.Type.WARNING, "FailedPreStopHook", "PreStopHook failed");
                    }
                    Duration rest = Duration.between(pod.clock().now(), deadline);
                    stop.accept(rest.compareTo(MINIMUM) < 0 ? MINIMUM : rest);
                }));
    }

    private static CompletableFuture<Handlers.Outcome> run(
            PodContext pod,
            ContainerLifecycle lifecycle,
            RuntimeContainer container,
            LifecycleHandler handler,
            @Nullable Duration timeout) {
        if (handler.getExec() != null) {
            return pod.handlers().exec(container, handler.getExec().getCommand(), timeout);
        }
        if (handler.getSleep() != null) {
            CompletableFuture<Handlers.Outcome> slept = new CompletableFuture<>();
            pod.clock()
                    .schedule(
                            Duration.ofSeconds(handler.getSleep().getSeconds()),
                            () -> slept.complete(new Handlers.Outcome(true, 0, "")));
            return slept;
        }
        if (handler.getHttpGet() != null) {
            int port = Handlers.port(lifecycle.spec(), handler.getHttpGet().getPort());
            return CompletableFuture.supplyAsync(
                    () -> pod.handlers().httpGet(handler.getHttpGet(), port, pod.podIp(), HTTP_TIMEOUT, AGENT),
                    pod.blocking());
        }
        return CompletableFuture.completedFuture(new Handlers.Outcome(false, -1, "invalid handler"));
    }

    private static String describe(
            PodContext pod,
            ContainerLifecycle lifecycle,
            LifecycleHandler handler,
            Handlers.@Nullable Outcome outcome) {
        String output = outcome == null ? "" : outcome.output();
        String where = "for Container \"" + lifecycle.name() + "\" in Pod \"" + pod.formatted() + "\" failed - error: ";
        if (handler.getExec() != null) {
            String command = String.join(" ", handler.getExec().getCommand());
            int code = outcome == null ? -1 : outcome.exitCode();
            return "Exec lifecycle hook ([" + command + "]) " + where + "command '" + command + "' exited with " + code
                    + ": , message: \"" + output.replace("\n", "\\n") + "\"";
        }
        return "HTTP lifecycle hook ("
                + (handler.getHttpGet() == null ? "" : handler.getHttpGet().getPath()) + ") " + where + output;
    }
}
