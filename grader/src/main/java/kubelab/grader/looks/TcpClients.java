package kubelab.grader.looks;

import java.io.IOException;
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
}
