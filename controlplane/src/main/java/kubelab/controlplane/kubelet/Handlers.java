package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.containers.clock.Clock;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.ContainerException;
import kubelab.containers.runtime.RuntimeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a kubelet asks a container something: run a command, get a page, open a connection. Used by probes
 * and lifecycle hooks. Network handlers start in the node's network namespace, as upstream's do.
 *
 * <p>Source: k8s.io/kubernetes/pkg/probe, release 1.34.
 */
final class Handlers {
    private static final int MAX_BODY = 10 * 1024;

    private final Clock clock;
    private final NetNamespace nodeNetwork;

    Handlers(Clock clock, NetNamespace nodeNetwork) {
        this.clock = clock;
        this.nodeNetwork = nodeNetwork;
    }

    /**
     * @param ok whether the handler succeeded
     * @param exitCode of a command; -1 for others and for commands that could not be run
     * @param output what events show
     */
    record Outcome(boolean ok, int exitCode, String output) {}

    /** Runs a command; does not block. */
    CompletableFuture<Outcome> exec(RuntimeContainer container, List<String> command, @Nullable Duration timeout) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RuntimeContainer.Process process;
        try {
            process = container.exec(new RuntimeContainer.Exec(command, false, null, output, output));
        } catch (ContainerException e) {
            return CompletableFuture.completedFuture(new Outcome(false, -1, String.valueOf(e.getMessage())));
        }
        AtomicBoolean late = new AtomicBoolean();
        Clock.Timer timer = timeout == null
                ? null
                : clock.schedule(timeout, () -> {
                    late.set(true);
                    process.kill();
                });
        return process.exitCode().handle((code, failure) -> {
            if (timer != null) {
                timer.cancel();
            }
            if (late.get() && timeout != null) {
                return new Outcome(
                        false,
                        -1,
                        "command timed out: \"" + String.join(" ", command) + "\" timed out after "
                                + Durations.format(timeout));
            }
            if (failure != null) {
                return new Outcome(false, -1, String.valueOf(failure.getMessage()));
            }
            String text;
            synchronized (output) {
                text = output.toString(StandardCharsets.UTF_8);
            }
            return new Outcome(code == 0, code, text.length() > MAX_BODY ? text.substring(0, MAX_BODY) : text);
        });
    }

    /** Gets a page; blocks at most {@code timeout}. */
    Outcome httpGet(HTTPGetAction action, int port, String podIp, Duration timeout, String agent) {
        String host = action.getHost() == null || action.getHost().isEmpty() ? podIp : action.getHost();
        String scheme = action.getScheme() == null ? "http" : action.getScheme().toLowerCase(Locale.ROOT);
        String path = action.getPath() == null ? "/" : action.getPath();
        if (!path.startsWith("/")) {
            path = "/" + path;
        }
        String url = scheme + "://" + host + ":" + port + path;
        AtomicBoolean late = new AtomicBoolean();
        try (Connection connection = nodeNetwork.connect(host, port, timeout)) {
            Clock.Timer timer = clock.schedule(timeout, () -> {
                late.set(true);
                connection.close();
            });
            try {
                return request(connection, action, host + ":" + port, path, agent);
            } finally {
                timer.cancel();
            }
        } catch (SocketTimeoutException e) {
            return new Outcome(
                    false,
                    -1,
                    "Get \"" + url + "\": context deadline exceeded"
                            + " (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException e) {
            String why = late.get()
                    ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                    : dialError(e, host, port);
            return new Outcome(false, -1, "Get \"" + url + "\": " + why);
        }
    }

    /** Opens a connection and closes it; blocks at most {@code timeout}. */
    Outcome tcp(String host, int port, Duration timeout) {
        try (Connection connection = nodeNetwork.connect(host, port, timeout)) {
            return new Outcome(true, -1, "");
        } catch (IOException e) {
            return new Outcome(false, -1, dialError(e, host, port));
        }
    }

    /** The number of a port given by number or by name; -1 when there is no such name. */
    static int port(io.fabric8.kubernetes.api.model.Container container, IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        String name = port.getStrVal();
        if (container.getPorts() != null) {
            for (io.fabric8.kubernetes.api.model.ContainerPort candidate : container.getPorts()) {
                if (name.equals(candidate.getName())) {
                    return candidate.getContainerPort();
                }
            }
        }
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Outcome request(
            Connection connection, HTTPGetAction action, String authority, String path, String agent)
            throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        boolean ownHost = false;
        boolean ownAgent = false;
        if (action.getHttpHeaders() != null) {
            for (HTTPHeader header : action.getHttpHeaders()) {
                head.append(header.getName())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n");
                ownHost |= header.getName().equalsIgnoreCase("host");
                ownAgent |= header.getName().equalsIgnoreCase("user-agent");
            }
        }
        if (!ownHost) {
            head.append("Host: ").append(authority).append("\r\n");
        }
        if (!ownAgent) {
            head.append("User-Agent: ").append(agent).append("\r\n");
        }
        head.append("Accept: */*\r\nConnection: close\r\n\r\n");
        connection.output().write(head.toString().getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
        InputStream in = new BufferedInputStream(connection.input());
        String status = line(in);
        String[] parts = status.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/")) {
            throw new IOException(status.isEmpty() ? "EOF" : "malformed HTTP response \"" + status + "\"");
        }
        int code = Integer.parseInt(parts[1]);
        return code >= 200 && code < 400
                ? new Outcome(true, -1, "")
                : new Outcome(false, -1, "HTTP probe failed with statuscode: " + code);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < MAX_BODY; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static String dialError(IOException e, String host, int port) {
        String prefix = "dial tcp " + host + ":" + port + ": ";
        if (e instanceof ConnectException) {
            return prefix + "connect: connection refused";
        }
        if (e instanceof SocketTimeoutException) {
            return prefix + "i/o timeout";
        }
        if (e instanceof UnknownHostException) {
            return "dial tcp: lookup " + host + ": no such host";
        }
        return String.valueOf(e.getMessage());
    }
}
