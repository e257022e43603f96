package kubelab.controlplane.apiserver.aggregator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.pki.CertificateAuthority;

/**
 * A server of an aggregated API that writes whatever a test wants, HTTP or not. It says of each group that it has
 * {@code things}, and answers other requests with their head, unless it was told otherwise. One request a connection.
 */
final class RudeServer implements AutoCloseable {
    private final SSLServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.numbered("rude-server"));
    private final Map<String, Saying> sayings = new ConcurrentHashMap<>();
    private final Map<String, Hearing> hearings = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /** Writes an answer, with its head. */
    interface Saying {
        void to(OutputStream out) throws Exception;
    }

    /** Reads from a client. */
    interface Hearing {
        void of(InputStream in) throws Exception;
    }

    RudeServer() throws Exception {
        CertificateAuthority authority = new CertificateAuthority("rude-ca");
        server = (SSLServerSocket) ServerKeys.context(authority, "rude", List.of("rude"))
                .getServerSocketFactory()
                .createServerSocket(0);
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connections that are open now. */
    int open() {
        return open.get();
    }

    /** From now on, on a path. */
    void says(String path, Saying saying) {
        sayings.put(path, saying);
    }

    /** The same, byte by byte. */
    void says(String path, String raw) {
        says(path, out -> out.write(raw.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Says nothing on a path, and reads what comes behind the request's head. */
    void listens(String path, Hearing hearing) {
        hearings.put(path, hearing);
    }

    /** As a proper answer. */
    static String ok(String type, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = server.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        open.incrementAndGet();
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            String path = head.toString().split("[ ?]", 4)[1];
            Saying saying = sayings.get(path);
            OutputStream out = connection.getOutputStream();
            Hearing hearing = hearings.get(path);
            if (hearing != null) {
                hearing.of(in);
            } else if (saying != null) {
                saying.to(out);
            } else {
                out.write(answer(path, head.toString()).getBytes(StandardCharsets.ISO_8859_1));
            }
            out.flush();
        } catch (Exception gone) {
            // the test sees it at its own end
        } finally {
            open.decrementAndGet();
        }
    }

    private static String answer(String path, String head) {
        String[] parts = path.split("/");
        if (parts.length == 2) {
            return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        }
        return parts.length > 4
                ? ok("text/plain", head)
                : ok(
                        "application/json",
                        list("[{\"name\":\"things\",\"singularName\":\"thing\",\"namespaced\":true,\"kind\":\"Thing\","
                                + "\"verbs\":[\"get\"]}]"));
    }

    static String list(String resources) {
        return "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"g/v1\",\"resources\":"
                + resources + "}";
    }
}
