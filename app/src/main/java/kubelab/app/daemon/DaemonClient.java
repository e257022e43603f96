package kubelab.app.daemon;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import kubelab.app.console.Console;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;

/**
 * Has {@code check} done by the process that holds the background cluster, where one runs: that process is warm, and this
 * one need not even read its command line. What it prints is printed here, its exit code is ours, and when we end it gives
 * up. Whatever stands against it before the first word leaves the work to this process.
 */
public final class DaemonClient {
    private static final int CONNECT_MS = 1_000;
    private static final int TAKEN_MS = 5_000;
    /** All else (another cluster, help, debugging) is for this process. */
    private static final Set<String> OPTIONS =
            Set.of("--answers", "--namespace", "--seed", "--format", "--out", "--watch", "--allow-skipped");

    private DaemonClient() {}

    /** @return the exit code; empty if this process must do it itself */
    public static OptionalInt run(List<String> arguments) {
        if (!suits(arguments)) {
            return OptionalInt.empty();
        }
        Optional<String> address = new Background(Workspace.home()).commands();
        return address.isEmpty() ? OptionalInt.empty() : run(arguments, address.get());
    }

    static boolean suits(List<String> arguments) {
        return !arguments.isEmpty()
                && arguments.get(0).equals("check")
                && arguments.stream().noneMatch(word -> word.startsWith("@"))
                && arguments.stream()
                        .filter(word -> word.startsWith("-"))
                        .allMatch(word -> OPTIONS.contains(word.split("=", 2)[0]));
    }

    private static OptionalInt run(List<String> arguments, String address) {
        boolean taken = false;
        try (Socket socket = new Socket()) {
            String[] portAndToken = address.split(" ", 2);
            int port = Integer.parseInt(portAndToken[0]);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
            socket.setSoTimeout(TAKEN_MS);
            DataOutputStream to = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            to.writeUTF(portAndToken[1]);
            request(arguments).write(to);
            to.flush();
            DataInputStream from = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            int answer = from.readUnsignedByte();
            if (answer == DaemonRequest.OTHER_PROGRAM) {
                Terminal.say("The background cluster was started by another build or clone, so this command grades by"
                        + " itself; after `./kubelab down` and `./kubelab up` checks are quick again.");
            }
            taken = answer == DaemonRequest.TAKEN;
            if (!taken) {
                return OptionalInt.empty();
            }
            socket.setSoTimeout(0);
            return OptionalInt.of(show(from));
        } catch (IOException | RuntimeException e) {
            if (!taken) {
                return OptionalInt.empty();
            }
            Terminal.error("The process that holds the background cluster ended while it graded.");
            Terminal.next(
                    "`./kubelab up` starts it again; its log was " + new Background(Workspace.home()).log() + ".");
            return OptionalInt.of(ExitCode.NOT_TRIED);
        }
    }

    private static DaemonRequest request(List<String> arguments) {
        return new DaemonRequest(
                Workspace.fingerprint(),
                System.getProperty("user.dir"),
                Terminal.charset().name(),
                Console.Ends.ofProcess(),
                arguments);
    }

    @SuppressWarnings("resource") // standard output and error are not ours to close
    private static int show(DataInputStream from) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        while (true) {
            int kind = from.readUnsignedByte();
            int number = from.readInt();
            if (kind == DaemonRequest.EXIT) {
                return number;
            }
            if (kind != DaemonRequest.OUT && kind != DaemonRequest.ERR) {
                throw new IOException("an answer that begins with " + kind);
            }
            byte[] piece = from.readNBytes(number);
            try {
                (kind == DaemonRequest.OUT ? out : err).write(piece);
            } catch (IOException e) {
                // nobody reads it (as in `| head`); the exit code counts all the same
            }
        }
    }
}
