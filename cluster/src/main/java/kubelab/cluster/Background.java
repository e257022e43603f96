package kubelab.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The one background cluster of a user ({@code kubelab up}). It is held by a process of its own, the
 * {@link ClusterDaemon}; commands find it by its state file and never take over what a living owner holds.
 */
public final class Background {
    static final String KUBECONFIG = "kubeconfig";
    /** Bytes that state, kubeconfig and the log's first lines take. */
    private static final int ROOM = 64 * 1024;

    static final String LAST_USE = "last-use";
    static final String LOG = "cluster.log";
    private static final String LOCK = "start.lock";

    private final Home home;

    public Background(Home home) {
        this.home = home;
    }

    /** The state of the background cluster if its owner lives; a dead owner's files are removed. */
    public Optional<BackgroundState> state() {
        Optional<BackgroundState> state = BackgroundState.read(home);
        if (state.isPresent() && state.get().owner().isDead()) {
            return Optional.empty();
        }
        return state.filter(s -> !s.phase().equals(BackgroundState.FAILED));
    }

    public Path kubeconfig() {
        return home.file(KUBECONFIG);
    }

    public Path log() {
        return home.file(LOG);
    }

    /** Where the running cluster's daemon takes commands, if it does; see {@link CommandServer}. */
    public Optional<String> commands() {
        return state().filter(s -> s.phase().equals(BackgroundState.READY))
                .map(BackgroundState::commands)
                .filter(address -> !address.isEmpty());
    }

    /** The running cluster; closing the result leaves it running. Empty if there is none that is ready. */
    public Optional<Cluster> attach() {
        return state().filter(s -> s.phase().equals(BackgroundState.READY)).map(s -> {
            ClusterDaemon.touch(home);
            return AttachedCluster.of(s, kubeconfig());
        });
    }

    /**
     * The running cluster, started if need be. Two callers at once get the same one.
     *
     * @param daemonCommand a command line that runs a {@link ClusterDaemon} (the asker's process id is appended)
     */
    public Cluster attachOrStart(List<String> daemonCommand, Duration timeout, Progress progress) {
        try (FileChannel channel = openLock();
                FileLock lock = lock(channel, progress)) {
            Deadline deadline = Deadline.in(timeout);
            // An owner that is starting belongs to a command that was killed: it becomes ready or ends.
            while (state().map(s -> s.phase().equals(BackgroundState.STARTING)).orElse(false) && !deadline.isOver()) {
                progress.step("waiting for the cluster that is starting already");
                pause();
            }
            Optional<Cluster> running = attach();
            if (running.isPresent()) {
                return running.get();
            }
            cleanUp();
            start(daemonCommand, deadline, progress);
            return attach().orElseThrow(() -> new ClusterException(
                    ClusterException.Reason.NOT_READY,
                    "The background cluster ended right after it was ready.",
                    "Look at " + log() + "."));
        } catch (IOException e) {
            boolean full =
                    String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("no space left");
            throw new ClusterException(
                    full ? ClusterException.Reason.DISK_FULL : ClusterException.Reason.OTHER,
                    (full ? "The disk is full: " : "The state folder cannot be used: ") + e.getMessage() + " ("
                            + home.path() + ").",
                    "Free some space or repair its permissions, or name another folder with KUBELAB_HOME.",
                    e);
        }
    }

    /** Ends the background cluster. @return whether there was one */
    public boolean stop(Progress progress) {
        Optional<BackgroundState> state = BackgroundState.read(home);
        boolean ran = false;
        if (state.isPresent() && !state.get().owner().isDead()) {
            ran = true;
            ProcessHandle owner = ProcessHandle.of(state.get().owner().pid()).orElseThrow();
            progress.step("stopping " + state.get().description());
            owner.destroy();
            try {
                owner.onExit().get(20, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                owner.destroyForcibly();
                owner.onExit().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        cleanUp();
        return ran;
    }

    /** Removes what dead owners left: the state files, and containers where the cluster was made of them. */
    public void cleanUp() {
        Optional<BackgroundState> state = BackgroundState.read(home);
        if (state.isEmpty() && !Files.exists(home.file(BackgroundState.FILE))) {
            return;
        }
        if (state.isEmpty()
                || state.get().owner().isDead()
                || state.get().phase().equals(BackgroundState.FAILED)) {
            if (state.isEmpty() || state.get().provider().equals(ClusterSpec.K3S)) {
                Sweep.containers();
            }
            forget(home);
        }
    }

    static void forget(Home home) {
        try {
            Files.deleteIfExists(home.file(KUBECONFIG));
            Files.deleteIfExists(home.file(LAST_USE));
            Files.deleteIfExists(home.file(BackgroundState.FILE));
        } catch (IOException e) {
            // the next command finds a state file of a dead owner and tries again
        }
    }

    private void start(List<String> daemonCommand, Deadline deadline, Progress progress) throws IOException {
        home.create();
        List<String> command = new ArrayList<>(detached());
        command.addAll(daemonCommand);
        command.add(Long.toString(ProcessHandle.current().pid()));
        Files.deleteIfExists(log());
        // a full disk is found out here, where it can be told: an owner that cannot write cannot say why it ended
        home.write(LOG, " ".repeat(ROOM));
        home.write(LOG, "");
        Process owner = new ProcessBuilder(command)
                .directory(home.path().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        String last = "";
        while (true) {
            Optional<BackgroundState> state = BackgroundState.read(home);
            String phase = state.map(BackgroundState::phase).orElse("");
            if (phase.equals(BackgroundState.READY)) {
                return;
            }
            if (phase.equals(BackgroundState.FAILED)) {
                forget(home);
                throw new ClusterException(
                        ClusterException.Reason.OTHER,
                        state.orElseThrow().detail(),
                        state.orElseThrow().nextStep());
            }
            String step = state.map(BackgroundState::detail).orElse("starting");
            if (!step.equals(last)) {
                progress.step(step);
                last = step;
            }
            boolean over = deadline.isOver();
            if (over || !owner.isAlive() && BackgroundState.read(home).isEmpty()) {
                owner.destroy();
                throw new ClusterException(
                        ClusterException.Reason.NOT_READY,
                        over
                                ? "The cluster was not ready in time."
                                : "The process that holds the cluster ended.\n" + tail(),
                        "Look at " + log() + ".");
            }
            pause();
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    /** A session of its own, so that Ctrl-C in the caller's terminal ends the caller only. */
    private static List<String> detached() {
        if (File.separatorChar == '\\') {
            return List.of();
        }
        for (String dir : Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)) {
            Path setsid = Path.of(dir.isEmpty() ? "." : dir, "setsid");
            if (Files.isExecutable(setsid)) {
                return List.of(setsid.toString());
            }
        }
        // A JVM leaves signals alone that were ignored when it started.
        return List.of("/bin/sh", "-c", "trap '' INT HUP QUIT; exec \"$@\"", "sh");
    }

    private static File nothing() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }

    private FileChannel openLock() throws IOException {
        home.create();
        return FileChannel.open(home.file(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static FileLock lock(FileChannel channel, Progress progress) throws IOException {
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // another thread of this JVM has it
            }
            progress.step("waiting for another command that is starting the cluster");
            pause();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
}
