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
import kubelab.cluster.Door;
import kubelab.grader.WarmGrader;
import org.jspecify.annotations.Nullable;

/**
 * The door of the process that holds the background cluster: takes {@code check} commands from {@link DoorCall} and runs
 * each on a thread of its own, as its own process would have done. Only loopback leads here, and only with the token,
 * which is in the state file that nobody but its user can read.
 */
public final class OwnerDoor implements Door {
    private static final int REQUEST_MS = 5_000;
    private static final long END_MS = 8_000;

    /** Runs a command line on behalf of somebody else. */
    public interface Commands {
        /** @return the exit code */
        int execute(Session session, List<String> arguments);
    }

    private final ClusterSpec spec;
    private final Commands commands;
    private final ServerSocket socket;
    private final String token;
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();
    private @Nullable WarmGrader standby;
    private boolean closed;

    private OwnerDoor(ClusterSpec spec, Commands commands) throws IOException {
        this.spec = spec;
        this.commands = commands;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        this.token = HexFormat.of().formatHex(secret);
        thread("owner-door", this::accept);
    }

    /**
     * @param spec how the cluster was asked for
     * @param commands how a command is run here
     * @param ahead whether to get ready before the first command comes
     */
    public static OwnerDoor open(ClusterSpec spec, Commands commands, boolean ahead) throws IOException {
        OwnerDoor door = new OwnerDoor(spec, commands);
        if (ahead) {
            thread("owner-standby", door::standby);
        }
        return door;
    }

    @Override
    public String address() {
        return socket.getLocalPort() + " " + token;
    }

    @Override
    public boolean busy() {
        return !inside.isEmpty();
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
                Socket guest = socket.accept();
                thread("owner-door-guest", () -> serve(guest));
            } catch (IOException e) {
                // closed, or a guest who went away at once
            }
        }
    }

    private void serve(Socket guest) {
        try (guest) {
            guest.setSoTimeout(REQUEST_MS);
            DataInputStream from = new DataInputStream(new BufferedInputStream(guest.getInputStream()));
            if (!MessageDigest.isEqual(bytes(from.readUTF()), bytes(token))) {
                return;
            }
            DoorRequest request = DoorRequest.read(from);
            guest.setSoTimeout(0);
            DataOutputStream to = new DataOutputStream(guest.getOutputStream());
            boolean ours = request.program().equals(Workspace.fingerprint());
            to.writeByte(ours ? DoorRequest.TAKEN : DoorRequest.OTHER_PROGRAM);
            if (ours) {
                Thread self = Thread.currentThread();
                // a command says nothing more: what comes is its end, by Ctrl-C or otherwise
                thread("owner-door-end", () -> {
                    awaitEnd(from);
                    self.interrupt();
                });
                grade(request, to);
            }
        } catch (IOException e) {
            // the command is gone, or was none
        }
    }

    private void grade(DoorRequest request, DataOutputStream to) throws IOException {
        long begin = System.nanoTime();
        inside.add(Thread.currentThread());
        try {
            int exitCode = run(request, to);
            log(String.format(
                    "graded for a command: %s: exit code %d, %.1f s",
                    String.join(" ", request.arguments()), exitCode, (System.nanoTime() - begin) / 1e9));
            synchronized (to) {
                to.writeByte(DoorRequest.EXIT);
                to.writeInt(exitCode);
                to.flush();
            }
        } finally {
            Thread.interrupted();
            Optional.ofNullable(standby).ifPresent(WarmGrader::standBy);
            inside.remove(Thread.currentThread());
        }
    }

    private int run(DoorRequest request, DataOutputStream to) {
        Charset charset =
                Charset.isSupported(request.charset()) ? Charset.forName(request.charset()) : StandardCharsets.UTF_8;
        Console console =
                new Console(new Pieces(to, DoorRequest.OUT), new Pieces(to, DoorRequest.ERR), request.ends(), charset);
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
        inside.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + END_MS * 1_000_000;
        try {
            for (Thread thread : inside) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
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

    private static void thread(String name, Runnable what) {
        Thread thread = new Thread(what, name);
        thread.setDaemon(true);
        thread.start();
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
