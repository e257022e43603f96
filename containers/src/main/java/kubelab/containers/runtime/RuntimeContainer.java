package kubelab.containers.runtime;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.runtime.filesystem.Credentials;
import org.jspecify.annotations.Nullable;

/** A container on a node, from its creation to its removal. A restart is a new container with the next attempt. */
public interface RuntimeContainer {
    /** 64 hexadecimal digits. */
    String id();

    ContainerConfig config();

    /** Who its processes are: from its configuration and the image's /etc/passwd. */
    Credentials user();

    /** Starts the main process. @throws ContainerException e.g. {@code StartError} when the command does not exist */
    void start() throws ContainerException;

    /** Completes when the main process has ended, whoever ended it. */
    CompletableFuture<Exit> exited();

    /** Sends TERM (or the image's stop signal), and KILL when it still runs after {@code grace}. Does not block. */
    void stop(Duration grace);

    /** Kills the main process from outside, as the kernel would (exit code 137). */
    void kill();

    /** What the container has printed. Stays readable until {@link #remove()}. */
    ContainerLog log();

    /**
     * Runs a further process in the container. Streams are served by threads of the runtime; {@code stdout} and {@code
     * stderr} are closed when it ends.
     *
     * @throws ContainerException when the container does not run, or the command does not exist
     */
    Process exec(Exec exec) throws ContainerException;

    /** Connects streams to the main process (kubectl attach); ends with it or when {@code stdin} ends. */
    Process attach(@Nullable InputStream stdin, @Nullable OutputStream stdout, @Nullable OutputStream stderr);

    /** What it used so far and uses now. */
    Usage usage();

    /** Changes limits while it runs. */
    void update(ContainerConfig.Resources resources);

    /** Kills it if need be and forgets its file system and its log. */
    void remove();

    /**
     * How a container's main process ended.
     *
     * @param code 0–255; killed by signal n: 128 + n
     * @param reason {@code Completed}, {@code Error} or {@code OOMKilled}
     */
    record Exit(int code, String reason, Instant startedAt, Instant finishedAt) {}

    /** A command for {@link #exec}. Its processes write to the two outputs on their own threads, without a lock. */
    record Exec(
            List<String> command, boolean tty, @Nullable InputStream stdin, OutputStream stdout, OutputStream stderr) {
        public Exec {
            command = List.copyOf(command);
        }
    }

    /** A process started by {@link #exec}. */
    interface Process {
        CompletableFuture<Integer> exitCode();

        void kill();
    }

    /**
     * @param cpuNanos CPU time used since the start, in ns
     * @param cpuNanosPerSecond CPU time it uses a second at present, in ns: 1,000,000,000 is one core
     * @param memoryBytes working set now
     */
    record Usage(long cpuNanos, long cpuNanosPerSecond, long memoryBytes) {}
}
