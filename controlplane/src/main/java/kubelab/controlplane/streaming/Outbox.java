package kubelab.controlplane.streaming;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import kubelab.controlplane.apiserver.Duplex;
import org.jspecify.annotations.Nullable;

/**
 * The messages that several threads send over one connection, one at a time and in the order of {@link #add}. The
 * connection is used without a lock: a thread that comes while a message is on its way leaves its own for later. Thread-safe.
 */
final class Outbox {
    private final Duplex duplex;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private boolean sending;

    private record Message(byte[] bytes, CompletableFuture<Void> sent) {}

    Outbox(Duplex duplex) {
        this.duplex = duplex;
    }

    /**
     * Puts a message behind those that wait; {@link #flush} sends it. Calls nothing, so that a caller may hold a lock by
     * which it orders its messages.
     *
     * @return completes when the message was sent, and fails when the connection is gone
     */
    synchronized CompletableFuture<Void> add(byte[] bytes) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        waiting.add(new Message(bytes, sent));
        return sent;
    }

    /** Sends what waits, unless another thread does. */
    void flush() {
        synchronized (this) {
            if (sending) {
                return;
            }
            sending = true;
        }
        sendAll();
    }

    private void sendAll() {
        while (true) {
            Message next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    sending = false;
                    return;
                }
            }
            CompletableFuture<Void> way;
            try {
                way = duplex.send(next.bytes);
            } catch (RuntimeException gone) {
                way = CompletableFuture.failedFuture(gone);
            }
            if (!way.isDone()) {
                way.whenComplete((ok, failure) -> {
                    settle(next, failure);
                    sendAll();
                });
                return;
            }
            way.whenComplete((ok, failure) -> settle(next, failure));
        }
    }

    private static void settle(Message message, @Nullable Throwable failure) {
        if (failure == null) {
            message.sent.complete(null);
        } else {
            message.sent.completeExceptionally(failure);
        }
    }
}
