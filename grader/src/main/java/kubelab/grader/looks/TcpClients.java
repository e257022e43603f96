package kubelab.grader.looks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Clients of a balancer that listens on a port of this machine. */
public final class TcpClients {
    private static final int AT_A_TIME = 5;
    private static final int TIMEOUT_MS = 5000;

    private TcpClients() {}

    /** Which Pods answer so many connections, some at a time; no more of them once so many Pods were heard. */
    public static Set<String> ask(int port, int connections, int pods) {
        Set<String> heard = new ConcurrentSkipListSet<>();
        AtomicInteger left = new AtomicInteger(connections);
        List<Thread> clients = IntStream.range(0, AT_A_TIME)
                .mapToObj(i -> new Thread(
                        () -> {
                            while (heard.size() < pods && left.getAndDecrement() > 0) {
                                String name = ask(port);
                                if (!name.isEmpty()) {
                                    heard.add(name);
                                }
                            }
                        },
                        "client " + i))
                .toList();
        clients.forEach(Thread::start);
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return heard;
    }

    /** Asks for the Pod's name over a connection of its own; empty if no answer comes within 5 s. */
    public static String ask(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return ask(socket);
        } catch (IOException e) {
            return "";
        }
    }

    private static String ask(Socket socket) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream()
                .write("GET /hostname HTTP/1.0\r\nHost: web\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int body = answer.indexOf("\r\n\r\n");
        return body < 0 ? "" : answer.substring(body + 4).strip();
    }

    /** A client that is connected and says nothing until it is closed; then it asks, so that it is served, too. */
    public static final class Silent implements AutoCloseable {
        private static final long LONGEST_NANOS = 1_000_000_000L;

        private final Socket socket;
        private final int dialledBefore;
        private final long since = System.nanoTime();

        public Silent(int port, int dialledBefore) {
            this.dialledBefore = dialledBefore;
            try {
                this.socket = new Socket("127.0.0.1", port);
            } catch (IOException e) {
                throw new UncheckedIOException("the balancer's port takes no connection", e);
            }
        }

        /** Whether a balancer has taken it on: it has dialled a Pod, or has had a second to do so. */
        public boolean isTakenOn(int dialled) {
            return dialled > dialledBefore || System.nanoTime() - since > LONGEST_NANOS;
        }

        @Override
        public void close() {
            try (socket) {
                ask(socket);
            } catch (IOException e) {
                // it has waited for long; the answer of the other one is what counts
            }
        }
    }
}
