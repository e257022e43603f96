package kubelab.app.daemon;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.app.console.Console;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.ClusterException;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.CommandServer;
import kubelab.cluster.Deadline;
import kubelab.containers.host.DaemonThreads;
import kubelab.grader.WarmGrader;
import org.jspecify.annotations.Nullable;

/**
 * The part of the background cluster's process that grades: takes {@code check} commands from {@link DaemonClient} and runs
 * each on a thread of its own, as its own process would have done. Only loopback leads here, and only with the token,
 * which is in the state file that nobody but its user can read.
 */
public final class GradingDaemon implements CommandServer {
    private static final int REQUEST_MS = 5_000;
    private static final Duration END = Duration.ofSeconds(8);

    /** Runs a command line that another process asked for. */
    public interface Commands {
        /** @return the exit code */
        int execute(Session session, List<String> arguments);
    }

    private final ClusterSpec spec;
    private final Commands commands;
    private final ServerSocket socket;
    private final String token;
    private final Set<Thread> serving = ConcurrentHashMap.newKeySet();
    private @Nullable WarmGrader standby;
    private boolean closed;

    private GradingDaemon(ClusterSpec spec, Commands commands) throws IOException {
        this.spec = spec;
        this.commands = commands;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        this.token = HexFormat.of().formatHex(secret);
        DaemonThreads.start("daemon-accept", this::accept);
    }

    /**
     * @param spec how the cluster was asked for
     * @param commands how a command is run here
     * @param ahead whether to get ready before the first command comes
     */
    public static GradingDaemon open(ClusterSpec spec, Commands commands, boolean ahead) throws IOException {
        GradingDaemon daemon = new GradingDaemon(spec, commands);
        if (ahead) {
            DaemonThreads.start("daemon-warm-up", daemon::standby);
        }
        return daemon;
    }

    @Override
    public String address() {
        return socket.getLocalPort() + " " + token;
    }

    @Override
    public boolean busy() {
        return !serving.isEmpty();
    }

    private synchronized WarmGrader standby() {
        if (closed) {
            throw new ClusterException(
                    ClusterException.Reason.UNREACHABLE, "The background cluster is ending.", "`./kubelab up`");
        }
        WarmGrader there = standby;
        if (there == null) {
            there = WarmGrader.open(Workspace.root());
            standby = there;
        }
        return there;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                DaemonThreads.start("daemon-command", () -> serve(client));
            } catch (IOException e) {
                // closed, or a client that went away at once
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(REQUEST_MS);
            DataInputStream from = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            if (!MessageDigest.isEqual(bytes(from.readUTF()), bytes(token))) {
                return;
            }
            DaemonRequest request = DaemonRequest.read(from);
            client.setSoTimeout(0);
            DataOutputStream to = new DataOutputStream(client.getOutputStream());
            boolean ours = request.program().equals(Workspace.fingerprint());
            to.writeByte(ours ? DaemonRequest.TAKEN : DaemonRequest.OTHER_PROGRAM);
            if (ours) {
                Thread self = Thread.currentThread();
                // a command says nothing more: what comes is its end, by Ctrl-C or otherwise
                DaemonThreads.start("daemon-command-end", () -> {
                    awaitEnd(from);
                    self.interrupt();
                });
                grade(request, to);
            }
        } catch (IOException e) {
            // the command is gone, or was none
        }
    }

    private void grade(DaemonRequest request, DataOutputStream to) throws IOException {
        long begin = System.nanoTime();
        serving.add(Thread.currentThread());
        try {
            int exitCode = run(request, to);
            log(String.format(
                    "graded for a command: %s: exit code %d, %.1f s",
                    String.join(" ", request.arguments()), exitCode, (System.nanoTime() - begin) / 1e9));
            synchronized (to) {
                to.writeByte(DaemonRequest.EXIT);
                to.writeInt(exitCode);
                to.flush();
            }
        } finally {
            Thread.interrupted();
            Optional.ofNullable(standby).ifPresent(WarmGrader::standBy);
            serving.remove(Thread.currentThread());
        }
    }

    private int run(DaemonRequest request, DataOutputStream to) {
        Charset charset =
                Charset.isSupported(request.charset()) ? Charset.forName(request.charset()) : StandardCharsets.UTF_8;
        Console console = new Console(
                new Pieces(to, DaemonRequest.OUT), new Pieces(to, DaemonRequest.ERR), request.ends(), charset);
        Session session = new Session(
                console,
                Path.of(request.directory()),
                () -> Optional.of(LabCluster.running()
                        .orElseThrow(() -> new ClusterException(
                                ClusterException.Reason.UNREACHABLE,
                                "The background cluster is ending.",
                                "`./kubelab up` starts it again."))),
                Optional.of(spec),
                Optional.of(standby()));
        return commands.execute(session, request.arguments());
    }

    private static void awaitEnd(DataInputStream from) {
        try {
            while (from.read() >= 0) {
                // nothing is expected
            }
        } catch (IOException e) {
            // that is an end, too
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // then the process' end does it
        }
        serving.forEach(Thread::interrupt);
        Deadline deadline = Deadline.in(END);
        try {
            for (Thread thread : serving) {
                thread.join(Math.max(1, deadline.left().toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            Optional.ofNullable(standby).ifPresent(WarmGrader::close);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void log(String line) {
        System.out.println(Instant.now() + " " + line);
    }

    /** One of the command's streams. */
    private static final class Pieces extends OutputStream {
        private final DataOutputStream to;
        private final int kind;

        Pieces(DataOutputStream to, int kind) {
            this.to = to;
            this.kind = kind;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (to) {
                to.writeByte(kind);
                to.writeInt(length);
                to.write(bytes, offset, length);
                to.flush();
            }
        }
    }
}
