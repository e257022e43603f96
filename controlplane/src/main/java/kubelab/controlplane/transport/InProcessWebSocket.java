package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kubelab.controlplane.apiserver.Duplex;
import kubelab.controlplane.apiserver.Sink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket without a socket. The client asks for each message, so a slow reader slows the writer down. */
final class InProcessWebSocket implements WebSocket {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessWebSocket.class);
    private static final IOException GONE = new IOException("the WebSocket is closed");
    /** So many messages of a stream may wait for the reader before the writer does. */
    private static final int AHEAD = 64;

    private record Outgoing(byte[] message, boolean text, CompletableFuture<Void> sent) {}

    private final WebSocket.Listener client;
    private final Executor executor;
    private final Deque<Outgoing> outgoing = new ArrayDeque<>();
    private final Deque<byte[]> incoming = new ArrayDeque<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private Duplex.@Nullable Listener server;
    private long demand = 1;
    private long queued;
    private volatile boolean streaming;
    private boolean delivering;
    private boolean receiving;
    private boolean closed;
    private int closeCode = 1000;
    private String closeReason = "";
    private boolean serverEnded;

    InProcessWebSocket(WebSocket.Listener client, Executor executor) {
        this.client = client;
        this.executor = executor;
    }

    @Override
    public boolean send(ByteBuffer buffer) {
        byte[] message = new byte[buffer.remaining()];
        buffer.get(message);
        synchronized (this) {
            if (closed) {
                return false;
            }
            incoming.add(message);
            queued += message.length;
        }
        receive();
        return true;
    }

    @Override
    public boolean sendClose(int code, String reason) {
        shut(code, reason == null ? "" : reason, false);
        return true;
    }

    @Override
    public synchronized long queueSize() {
        return queued;
    }

    @Override
    public void request() {
        synchronized (this) {
            demand++;
        }
        deliver();
    }

    /** The server's end when it only writes: a watch. Its listener hands on what it gets, so it gets it at once. */
    Sink asSink() {
        streaming = true;
        return new Sink() {
            @Override
            public CompletableFuture<Void> write(byte[] chunk) {
                return enqueue(chunk, true);
            }

            @Override
            public void end() {
                shut(1000, "", true);
            }

            @Override
            public void onClose(Runnable callback) {
                InProcessWebSocket.this.onClose(callback);
            }
        };
    }

    /** The server's end when both sides talk. */
    Duplex asDuplex(String subprotocol) {
        return new Duplex() {
            @Override
            public String subprotocol() {
                return subprotocol;
            }

            @Override
            public CompletableFuture<Void> send(byte[] message) {
                return enqueue(message, false);
            }

            @Override
            public CompletableFuture<Void> sendText(String message) {
                return enqueue(message.getBytes(StandardCharsets.UTF_8), true);
            }

            @Override
            public void listen(Duplex.Listener listener) {
                synchronized (InProcessWebSocket.this) {
                    server = listener;
                }
                InProcessWebSocket.this.onClose(() -> executor.execute(listener::closed));
                receive();
            }

            @Override
            public void close(int code, String reason) {
                shut(code, reason, true);
            }
        };
    }

    private void onClose(Runnable callback) {
        synchronized (this) {
            if (!closed) {
                onClose.add(callback);
                return;
            }
        }
        callback.run();
    }

    private CompletableFuture<Void> enqueue(byte[] message, boolean text) {
        Outgoing next = new Outgoing(message, text, new CompletableFuture<>());
        boolean ahead;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(GONE);
            }
            outgoing.add(next);
            ahead = streaming && outgoing.size() <= AHEAD;
        }
        if (ahead) {
            next.sent.complete(null);
        }
        deliver();
        return next.sent;
    }

    /** To the client, one message at a time; on a thread of its own where its listener may block or call back. */
    private void deliver() {
        synchronized (this) {
            if (delivering || (!serverEnded && (demand == 0 || outgoing.isEmpty()))) {
                return;
            }
            delivering = true;
        }
        if (streaming) {
            passOn();
        } else {
            executor.execute(this::passOn);
        }
    }

    private void passOn() {
        while (true) {
            Outgoing next;
            synchronized (this) {
                next = demand > 0 ? outgoing.poll() : null;
                boolean finished = serverEnded && outgoing.isEmpty() && next == null;
                if (next == null && !finished) {
                    delivering = false;
                    return;
                }
                demand--;
            }
            if (next == null) {
                // "delivering" stays set: nothing may follow the end.
                client.onClose(this, closeCode, closeReason);
                return;
            }
            try {
                hand(next);
            } catch (RuntimeException | Error e) {
                // The client hears that its socket is gone, and may come back; it would hear nothing else any more.
                LOG.warn("a client failed at a message of its WebSocket, which is closed", e);
                shut(1011, String.valueOf(e.getMessage()), false);
            }
            next.sent.complete(null);
        }
    }

    private void hand(Outgoing next) {
        if (next.text) {
            client.onMessage(this, new String(next.message, StandardCharsets.UTF_8));
        } else {
            client.onMessage(this, ByteBuffer.wrap(next.message));
        }
    }

    /** To the server, in order. */
    private void receive() {
        Duplex.Listener to;
        synchronized (this) {
            to = server;
            if (receiving || to == null || incoming.isEmpty()) {
                return;
            }
            receiving = true;
        }
        executor.execute(() -> {
            while (true) {
                byte[] next;
                synchronized (this) {
                    next = incoming.poll();
                    if (next == null) {
                        receiving = false;
                        return;
                    }
                    queued -= next.length;
                }
                try {
                    to.message(next, false);
                } catch (RuntimeException | Error e) {
                    LOG.warn("the server failed at a message of a WebSocket, which is closed", e);
                    shut(1011, String.valueOf(e.getMessage()), true);
                }
            }
        });
    }

    private void shut(int code, String reason, boolean byServer) {
        List<Runnable> callbacks;
        List<Outgoing> lost = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closeCode = code;
            closeReason = reason;
            serverEnded = true;
            callbacks = List.copyOf(onClose);
            if (!byServer) {
                lost.addAll(outgoing);
                outgoing.clear();
            }
        }
        lost.forEach(o -> o.sent.completeExceptionally(GONE));
        callbacks.forEach(Runnable::run);
        deliver();
    }
}
