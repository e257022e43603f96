package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kubelab.controlplane.apiserver.request.Sink;
import org.jspecify.annotations.Nullable;

/** A body handed over chunk by chunk, as fast as the reader asks for it: both ends of the pipe. */
final class InProcessBody implements AsyncBody, Sink {
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private long demand;
    private byte @Nullable [] waiting;
    private @Nullable CompletableFuture<Void> waitingWrite;
    private boolean ended;
    private boolean cancelled;

    InProcessBody(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        this.consumer = consumer;
    }

    /** The body is there at once. */
    void whole(byte[] body) {
        synchronized (this) {
            waiting = body.length == 0 ? null : body;
            ended = true;
        }
    }

    @Override
    public void consume() {
        byte[] chunk;
        CompletableFuture<Void> write;
        synchronized (this) {
            chunk = waiting;
            write = waitingWrite;
            waiting = null;
            waitingWrite = null;
            if (chunk == null) {
                if (!ended) {
                    demand++;
                    return;
                }
            }
        }
        if (chunk == null) {
            done.complete(null);
            return;
        }
        deliver(chunk);
        if (write != null) {
            write.complete(null);
        }
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        close();
        done.cancel(false);
    }

    @Override
    public CompletableFuture<Void> write(byte[] chunk) {
        synchronized (this) {
            if (cancelled) {
                return CompletableFuture.failedFuture(new IOException("the reader has gone"));
            }
            if (demand == 0) {
                CompletableFuture<Void> write = new CompletableFuture<>();
                waiting = chunk;
                waitingWrite = write;
                return write;
            }
            demand--;
        }
        deliver(chunk);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void end() {
        boolean complete;
        synchronized (this) {
            ended = true;
            complete = waiting == null;
        }
        if (complete) {
            done.complete(null);
        }
    }

    @Override
    public void abort() {
        done.completeExceptionally(new IOException("unexpected end of the answer"));
    }

    @Override
    public void onClose(Runnable callback) {
        synchronized (this) {
            if (!cancelled) {
                onClose.add(callback);
                return;
            }
        }
        callback.run();
    }

    private void deliver(byte[] chunk) {
        try {
            consumer.consume(List.of(ByteBuffer.wrap(chunk)), this);
        } catch (Exception | Error e) {
            // Told, not thrown: whoever writes is a watch that others share the server with.
            close();
            done.completeExceptionally(e);
        }
    }

    private void close() {
        List<Runnable> callbacks;
        CompletableFuture<Void> write;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            callbacks = List.copyOf(onClose);
            write = waitingWrite;
            waiting = null;
            waitingWrite = null;
        }
        if (write != null) {
            write.completeExceptionally(new IOException("the reader has gone"));
        }
        callbacks.forEach(Runnable::run);
    }
}
