package kubelab.controlplane.listener;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Duplex;
import kubelab.controlplane.apiserver.request.Sink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket of the listener, as sink of a watch or as two-way connection. The event loop puts messages in, one
 * worker at a time takes them out in order; the monitor guards the fields between the two and is not held while a
 * listener is called.
 */
final class ServerWebSocketDuplex implements Duplex, Sink {
    private static final Logger LOG = LoggerFactory.getLogger(ServerWebSocketDuplex.class);
    private static final int MAX_WAITING = 256;

    private record Message(byte[] bytes, boolean text) {}

    private final ServerWebSocket socket;
    private final Executor workers;
    private final Deque<Message> incoming = new ArrayDeque<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private @Nullable Context loop;
    private @Nullable Listener listener;
    private boolean receiving;
    private boolean paused;
    private boolean closed;

    ServerWebSocketDuplex(ServerWebSocket socket, Executor workers) {
        this.socket = socket;
        this.workers = workers;
    }

    /** On the socket's event loop. */
    void open(ApiResponse response) {
        loop = Vertx.currentContext();
        socket.binaryMessageHandler(b -> received(new Message(b.getBytes(), false)));
        socket.textMessageHandler(t -> received(new Message(t.getBytes(StandardCharsets.UTF_8), true)));
        socket.closeHandler(v -> gone());
        socket.exceptionHandler(e -> gone());
        workers.execute(() -> {
            if (response instanceof ApiResponse.Stream stream) {
                stream.producer().accept(this);
            } else if (response instanceof ApiResponse.Upgrade upgrade) {
                upgrade.handler().accept(this);
            }
        });
    }

    @Override
    public String subprotocol() {
        String chosen = socket.subProtocol();
        return chosen == null ? "" : chosen;
    }

    @Override
    public CompletableFuture<Void> send(byte[] message) {
        return sent(socket.writeBinaryMessage(Buffer.buffer(message)));
    }

    @Override
    public CompletableFuture<Void> sendText(String message) {
        return sent(socket.writeTextMessage(message));
    }

    @Override
    public CompletableFuture<Void> write(byte[] chunk) {
        return sendText(new String(chunk, StandardCharsets.UTF_8));
    }

    @Override
    public void end() {
        close(1000, "");
    }

    @Override
    public void close(int code, String reason) {
        if (!socket.isClosed()) {
            socket.close((short) code, reason);
        }
    }

    @Override
    public void listen(Listener to) {
        synchronized (this) {
            listener = to;
        }
        onClose(() -> workers.execute(to::closed));
        receive();
    }

    @Override
    public void onClose(Runnable callback) {
        synchronized (this) {
            if (!closed) {
                onClose.add(callback);
                return;
            }
        }
        callback.run();
    }

    private CompletableFuture<Void> sent(Future<Void> written) {
        if (written.failed() || isFull()) {
            return written.toCompletionStage().toCompletableFuture();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The client may have gone between the write and the question. */
    private boolean isFull() {
        try {
            return socket.writeQueueFull();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** On the event loop. */
    private void received(Message message) {
        boolean full;
        synchronized (this) {
            incoming.add(message);
            full = incoming.size() > MAX_WAITING && !paused;
            paused |= full;
        }
        if (full) {
            // The handler is slower than the client: let TCP push back.
            socket.pause();
        }
        receive();
    }

    /** Hands messages to the listener in order, off the event loop. */
    private void receive() {
        Listener to;
        synchronized (this) {
            to = listener;
            if (receiving || to == null || incoming.isEmpty()) {
                return;
            }
            receiving = true;
        }
        workers.execute(() -> handAll(to));
    }

    private void handAll(Listener to) {
        while (true) {
            Message next;
            boolean resume;
            synchronized (this) {
                next = incoming.poll();
                if (next == null) {
                    receiving = false;
                    return;
                }
                resume = paused && incoming.isEmpty();
                paused &= !resume;
            }
            if (resume && loop != null) {
                // Behind the pause: that was decided on the event loop, and has been carried out when this runs.
                loop.runOnContext(v -> socket.resume());
            }
            try {
                to.message(next.bytes, next.text);
            } catch (RuntimeException | Error e) {
                LOG.warn("the server failed at a message of a WebSocket, which is closed", e);
                close(1011, "internal error");
            }
        }
    }

    private void gone() {
        List<Runnable> callbacks;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            callbacks = List.copyOf(onClose);
        }
        callbacks.forEach(Runnable::run);
    }
}
