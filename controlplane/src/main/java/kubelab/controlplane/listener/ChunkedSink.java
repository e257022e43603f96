package kubelab.controlplane.listener;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kubelab.controlplane.apiserver.request.Sink;

/**
 * A streamed answer over HTTP/1.1, one chunk a write. Its monitor guards who is told of the end; the telling is
 * outside of it.
 */
final class ChunkedSink implements Sink {
    private final HttpServerResponse response;
    private final Runnable breakOff;
    private final List<Runnable> onClose = new ArrayList<>();
    private boolean closed;

    /** @param breakOff closes the client's connection */
    ChunkedSink(HttpServerResponse response, Runnable breakOff) {
        this.response = response;
        this.breakOff = breakOff;
        response.closeHandler(v -> closed());
        response.exceptionHandler(e -> closed());
    }

    @Override
    public CompletableFuture<Void> write(byte[] chunk) {
        Future<Void> written = response.write(Buffer.buffer(chunk));
        if (response.writeQueueFull() || written.failed()) {
            return written.toCompletionStage().toCompletableFuture();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void end() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    @Override
    public void abort() {
        if (!response.ended() && !response.closed()) {
            breakOff.run();
        }
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

    private void closed() {
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
