package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.RuntimeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one probe of one running container until stopped: first after its initial delay, then every period; reports
 * when the success or failure threshold is reached and the result differs from the one before.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/prober, release 1.34. Simplified: a readiness or startup probe first runs
 * 100 ms after its container has started, where upstream's runs at the next turn of the period or status update.
 */
final class Prober {
    static final String AGENT = "kube-probe/1.34";
    private static final Duration FIRST = Duration.ofMillis(100);

    enum Kind {
        STARTUP("Startup"),
        LIVENESS("Liveness"),
        READINESS("Readiness");

        final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /** Called on the Pod's queue. */
    interface Listener {
        void failed(Kind kind, String output);

        /** The kubelet is stopped: nobody probes. */
        boolean suspended();

        /** The probe's verdict has changed. */
        void verdict(Kind kind, boolean healthy);
    }

    private final Kind kind;
    private final Probe probe;
    private final io.fabric8.kubernetes.api.model.Container spec;
    private final RuntimeContainer container;
    private final String podIp;
    private final Handlers handlers;
    private final Clock clock;
    private final Executor blocking;
    private final Executor podQueue;
    private final Listener listener;

    // On the Pod's queue only.
    private Clock.@Nullable Timer timer;
    private boolean stopped;
    private int run;
    private boolean lastOk;
    private @Nullable Boolean verdict;

    Prober(
            Kind kind,
            Probe probe,
            io.fabric8.kubernetes.api.model.Container spec,
            RuntimeContainer container,
            String podIp,
            Handlers handlers,
            Clock clock,
            Executor blocking,
            Executor podQueue,
            Listener listener) {
        this.kind = kind;
        this.probe = probe;
        this.spec = spec;
        this.container = container;
        this.podIp = podIp;
        this.handlers = handlers;
        this.clock = clock;
        this.blocking = blocking;
        this.podQueue = podQueue;
        this.listener = listener;
    }

    void start() {
        Duration delay = seconds(probe.getInitialDelaySeconds(), 0);
        if (delay.isZero()) {
            Duration period = seconds(probe.getPeriodSeconds(), 10);
            delay = kind == Kind.LIVENESS ? period : kind == Kind.STARTUP ? min(period, Duration.ofSeconds(1)) : FIRST;
        }
        schedule(delay);
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void schedule(Duration delay) {
        if (!stopped) {
            timer = clock.schedule(delay, () -> podQueue.execute(this::probe));
        }
    }

    private void probe() {
        if (stopped) {
            return;
        }
        if (listener.suspended()) {
            schedule(seconds(probe.getPeriodSeconds(), 10));
            return;
        }
        ask().whenComplete((outcome, failure) -> podQueue.execute(() -> {
            if (!stopped) {
                handle(failure == null ? outcome : new Handlers.Outcome(false, -1, String.valueOf(failure)));
                schedule(seconds(probe.getPeriodSeconds(), 10));
            }
        }));
    }

    private CompletableFuture<Handlers.Outcome> ask() {
        Duration timeout = seconds(probe.getTimeoutSeconds(), 1);
        if (probe.getExec() != null) {
            return handlers.exec(container, probe.getExec().getCommand(), timeout);
        }
        return CompletableFuture.supplyAsync(() -> overNetwork(timeout), blocking);
    }

    private Handlers.Outcome overNetwork(Duration timeout) {
        if (probe.getHttpGet() != null) {
            int port = Handlers.port(spec, probe.getHttpGet().getPort());
            return handlers.httpGet(probe.getHttpGet(), port, podIp, timeout, AGENT);
        }
        if (probe.getTcpSocket() != null) {
            String host = probe.getTcpSocket().getHost();
            int port = Handlers.port(spec, probe.getTcpSocket().getPort());
            return handlers.tcp(host == null || host.isEmpty() ? podIp : host, port, timeout);
        }
        if (probe.getGrpc() != null) {
            // Simplified: a gRPC probe tests only whether the port is open.
            Handlers.Outcome outcome = handlers.tcp(podIp, probe.getGrpc().getPort(), timeout);
            return outcome.ok()
                    ? outcome
                    : new Handlers.Outcome(
                            false,
                            -1,
                            "timeout: failed to connect service \"" + podIp + ":"
                                    + probe.getGrpc().getPort() + "\" within " + Durations.format(timeout)
                                    + ": context deadline exceeded");
        }
        return new Handlers.Outcome(false, -1, "missing probe handler");
    }

    private void handle(Handlers.Outcome outcome) {
        run = outcome.ok() == lastOk ? run + 1 : 1;
        lastOk = outcome.ok();
        if (!outcome.ok()) {
            listener.failed(kind, outcome.output());
        }
        int threshold = outcome.ok() ? orElse(probe.getSuccessThreshold(), 1) : orElse(probe.getFailureThreshold(), 3);
        if (run >= threshold && (verdict == null || verdict != outcome.ok())) {
            verdict = outcome.ok();
            listener.verdict(kind, outcome.ok());
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration seconds(@Nullable Integer value, int otherwise) {
        return Duration.ofSeconds(orElse(value, otherwise));
    }

    private static int orElse(@Nullable Integer value, int otherwise) {
        return value == null || value == 0 && otherwise > 0 ? otherwise : value;
    }
}
