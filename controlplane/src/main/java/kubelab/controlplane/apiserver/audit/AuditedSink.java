package kubelab.controlplane.apiserver.audit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.controlplane.apiserver.request.Sink;

/** A streamed answer whose end is told of once, whichever side ends it. */
final class AuditedSink implements Sink {
    private final Sink sink;
    private final Runnable ended;
    private final AtomicBoolean told = new AtomicBoolean();

    AuditedSink(Sink sink, Runnable ended) {
        this.sink = sink;
        this.ended = ended;
        sink.onClose(this::tell);
    }

    @Override
    public CompletableFuture<Void> write(byte[] chunk) {
        return sink.write(chunk);
    }

    @Override
    public void end() {
        tell(); // before the client can know of it
        sink.end();
    }

    @Override
    public void abort() {
        tell();
        sink.abort();
    }

    @Override
    public void onClose(Runnable callback) {
        sink.onClose(callback);
    }

    private void tell() {
        if (told.compareAndSet(false, true)) {
            ended.run();
        }
    }
}
