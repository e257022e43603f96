package kubelab.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.EmbeddedCluster;

/**
 * The process that holds the background cluster: started by {@link Background}, detached from whoever asked. It ends
 * by a signal, when no command used the cluster for a while, when its state file is gone or belongs to another process, and, as
 * long as the cluster is not ready, together with the command that asked for it. The cluster is started on the main
 * thread, and closed by whichever thread ends the process.
 */
public final class ClusterDaemon {
    private final Home home;
    private final ClusterSpec spec;
    private final Duration idle;
    private final Optional<ProcessHandle> asker;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Optional<CommandServer.Opener> opener;
    private volatile Optional<Cluster> cluster = Optional.empty();
    private volatile Optional<CommandServer> server = Optional.empty();

    /**
     * @param idle end after so long without a command that used the cluster; zero means never
     * @param asker the process id of the command that waits for the cluster
     * @param opener of what serves commands, if there is to be one
     */
    public ClusterDaemon(
            Home home, ClusterSpec spec, Duration idle, long asker, Optional<CommandServer.Opener> opener) {
        this.opener = opener;
        this.home = home;
        this.spec = spec;
        this.idle = idle;
        this.asker = ProcessHandle.of(asker);
    }

    /** @return the exit code */
    public int run() throws IOException, InterruptedException {
        if (asker.isEmpty()) {
            log("the command that asked for the cluster is gone already");
            return 1;
        }
        BackgroundState state = new BackgroundState(
                ProcessIdentity.self(),
                BackgroundState.STARTING,
                "starting",
                "",
                spec.provider(),
                spec.provider(),
                List.of(),
                Set.of(),
                Instant.now(),
                "",
                List.of());
        ProcessIdentity self = state.owner();
        BackgroundState starting = state;
        state.write(home);
        asker.get().onExit().thenRun(() -> {
            if (cluster.isEmpty()) {
                log("the command that asked for the cluster is gone; ending");
                Runtime.getRuntime().halt(sweepAnd(1));
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "background-shutdown"));
        try {
            Cluster started = Clusters.start(spec, step -> {
                log(step);
                tell(starting.with(BackgroundState.STARTING, step, ""));
            });
            home.write(Background.KUBECONFIG, started.kubeconfig());
            cluster = Optional.of(started);
            server = open();
            touch(home);
            state = state.ready(started, server.map(CommandServer::address).orElse(""));
            state.write(home);
            log("ready: " + started.description());
        } catch (ClusterException e) {
            log("failed: " + e.getMessage());
            tell(state.with(BackgroundState.FAILED, String.valueOf(e.getMessage()), e.nextStep()));
            return e.reason().exitCode();
        }
        while (!end.await(Math.min(5_000, Math.max(200, idle.toMillis() / 4)), TimeUnit.MILLISECONDS)) {
            if (!BackgroundState.read(home).map(s -> s.owner().equals(self)).orElse(false)) {
                log("the state file is gone or names a different process; ending");
                break;
            }
            List<String> stalled = stalled();
            if (!stalled.equals(state.stalled())) {
                state = state.stalled(stalled);
                tell(state);
            }
            if (server.map(CommandServer::busy).orElse(false)) {
                touch(home);
            }
            if (!idle.isZero() && lastUse().plus(idle).isBefore(Instant.now())) {
                log("no client used the cluster for " + idle + "; ending");
                break;
            }
        }
        return 0;
    }

    /** What the embedded cluster's watchdog has found; its log has it, too. */
    private List<String> stalled() {
        return cluster.flatMap(c -> c.unwrap(EmbeddedCluster.class))
                .map(EmbeddedCluster::stalled)
                .orElse(List.of());
    }

    /** Without that all goes on, only slower. */
    private Optional<CommandServer> open() {
        if (opener.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(opener.get().open());
        } catch (IOException e) {
            log("commands must do their work themselves: " + e);
            return Optional.empty();
        }
    }

    /** Says that somebody uses the background cluster now. */
    static void touch(Home home) {
        try {
            home.create();
            if (!Files.exists(home.file(Background.LAST_USE))) {
                home.write(Background.LAST_USE, "");
            }
            Files.setLastModifiedTime(home.file(Background.LAST_USE), FileTime.from(Instant.now()));
        } catch (IOException e) {
            // then it counts as idle a little earlier
        }
    }

    private Instant lastUse() {
        try {
            return Files.getLastModifiedTime(home.file(Background.LAST_USE)).toInstant();
        } catch (IOException e) {
            return Instant.now();
        }
    }

    private void shutDown() {
        server.ifPresent(CommandServer::close);
        cluster.ifPresent(Cluster::close);
        boolean failed = BackgroundState.read(home)
                .map(s -> s.phase().equals(BackgroundState.FAILED))
                .orElse(false);
        // What went wrong stays until the command that waits has read it.
        if (!failed
                && BackgroundState.read(home)
                        .map(s -> s.owner().equals(ProcessIdentity.self()))
                        .orElse(false)) {
            Background.forget(home);
        }
        log("ended");
        end.countDown();
    }

    private int sweepAnd(int code) {
        if (spec.provider().equals(ClusterSpec.K3S)) {
            Sweep.own();
        }
        Background.forget(home);
        return code;
    }

    private void tell(BackgroundState state) {
        try {
            state.write(home);
        } catch (IOException e) {
            log("cannot write the state file: " + e);
        }
    }

    private static void log(String line) {
        System.out.println(Instant.now() + " " + line);
    }
}
