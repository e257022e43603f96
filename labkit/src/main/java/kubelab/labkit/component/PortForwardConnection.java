package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.labkit.Connection;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a port of a Pod, as a WebSocket to the subresource {@code portforward}: channel 0 carries the bytes,
 * channel 1 an error's text. The first message of each channel is the port's number.
 *
 * <p>Fabric8's own port-forward tells nobody when the connection was made or refused. The protocol has no word for
 * "connected" either: the node dials when it has sent the numbers, and is heard of again only if that fails. So what has
 * not been refused or closed a moment later counts as connected; should the refusal be late, reading throws it.
 *
 * <p>Source: k8s.io/kubelet/pkg/cri/streaming/portforward (websocket.go), release 1.34.
 */
final class PortForwardConnection implements Connection, WebSocket.Listener {
    private static final String PROTOCOL = "v4.channel.k8s.io";
    private static final long OPEN_SECONDS = 10;
    private static final long SHORTEST_WAIT_MS = 40;
    private static final long LONGEST_WAIT_MS = 600;
    private static final int MAX_MESSAGE = 16 * 1024;
    private static final int MAX_QUEUED = 4 * 1024 * 1024;

    private final String target;
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private @Nullable WebSocket socket;
    private String refusal = "";
    private int numbers;
    private int queued;
    private boolean held;
    private boolean ended;

    private PortForwardConnection(String target) {
        this.target = target;
    }

    static Connection open(KubernetesClient client, Pod pod, int port) throws IOException {
        String name = pod.getMetadata().getName();
        var connection = new PortForwardConnection("port " + port + " of Pod " + name);
        String base = client.getMasterUrl().toString().replaceAll("/+$", "");
        CompletableFuture<WebSocket> opening = client.getHttpClient()
                .newWebSocketBuilder()
                .uri(URI.create(base + "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/" + name
                        + "/portforward?ports=" + port))
                .subprotocol(PROTOCOL)
                .buildAsync(connection);
        long begin = System.nanoTime();
        try {
            connection.socket = opening.get(OPEN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            opening.thenAccept(late -> late.sendClose(1000, ""));
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("no connection to " + connection.target + ": " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to " + connection.target, e);
        }
        connection.awaitRefusal((System.nanoTime() - begin) / 1_000_000);
        return connection;
    }

    /** A busy machine opens slowly, and refuses slowly. */
    private synchronized void awaitRefusal(long openMillis) throws IOException {
        long patience = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, 2 * openMillis));
        long deadline = System.nanoTime() + OPEN_SECONDS * 1_000_000_000L;
        while (numbers < 2 && !ended) {
            await(deadline);
        }
        deadline = System.nanoTime() + patience * 1_000_000;
        while (!ended && received.isEmpty() && System.nanoTime() < deadline) {
            await(deadline);
        }
        if (ended && received.isEmpty()) {
            close();
            throw new IOException("connection refused by " + target + (refusal.isEmpty() ? "" : ": " + refusal));
        }
    }

    private void await(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0 && numbers < 2) {
            throw new IOException("no answer from " + target + " within " + OPEN_SECONDS + " s");
        }
        try {
            wait(Math.max(1, millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to " + target, e);
        }
    }

    @Override
    public synchronized void onMessage(WebSocket from, ByteBuffer message) {
        int channel = message.hasRemaining() ? message.get() : -1;
        boolean more = true;
        if (numbers < 2) {
            numbers++;
        } else if (channel == 0) {
            ByteBuffer copy = ByteBuffer.allocate(message.remaining());
            copy.put(message).flip();
            if (copy.hasRemaining()) {
                received.add(copy);
                queued += copy.remaining();
                more = queued < MAX_QUEUED;
            }
        } else {
            refusal = StandardCharsets.UTF_8.decode(message).toString().strip();
            ended = true;
        }
        // asked for at once: the client tells of the end without waiting for what has not been asked for
        held = !more;
        if (more) {
            from.request();
        }
        notifyAll();
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        onMessage(from, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public synchronized void onClose(WebSocket from, int code, String reason) {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable error) {
        ended = true;
        notifyAll();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        WebSocket open;
        synchronized (this) {
            ended = true;
            received.clear();
            open = socket;
            notifyAll();
        }
        if (open != null) {
            open.sendClose(1000, "");
        }
    }

    private synchronized int read(byte[] target, int offset, int length) throws IOException {
        while (received.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        ByteBuffer first = received.peek();
        if (first == null) {
            if (!refusal.isEmpty()) {
                throw new IOException("connection refused by " + this.target + ": " + refusal);
            }
            return -1;
        }
        int n = Math.min(length, first.remaining());
        first.get(target, offset, n);
        queued -= n;
        if (!first.hasRemaining()) {
            received.remove();
        }
        if (held && queued < MAX_QUEUED && socket != null) {
            held = false;
            socket.request();
        }
        return n;
    }

    private void write(byte[] source, int offset, int length) throws IOException {
        WebSocket open;
        synchronized (this) {
            open = socket;
            if (ended || open == null) {
                throw new IOException("the connection to " + target + " is closed");
            }
        }
        for (int at = 0; at < length; at += MAX_MESSAGE) {
            int n = Math.min(MAX_MESSAGE, length - at);
            ByteBuffer message = ByteBuffer.allocate(n + 1);
            message.put((byte) 0).put(source, offset + at, n).flip();
            if (!open.send(message)) {
                throw new IOException("the connection to " + target + " is closed");
            }
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : PortForwardConnection.this.read(target, offset, length);
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            PortForwardConnection.this.write(source, offset, length);
        }
    }
}
