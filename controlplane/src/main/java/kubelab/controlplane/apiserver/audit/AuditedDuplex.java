package kubelab.controlplane.apiserver.audit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.controlplane.apiserver.request.Duplex;

/** A WebSocket whose end is told of once, whichever side ends it. */
final class AuditedDuplex implements Duplex {
    private final Duplex duplex;
    private final Runnable ended;
    private final AtomicBoolean told = new AtomicBoolean();

    AuditedDuplex(Duplex duplex, Runnable ended) {
        this.duplex = duplex;
        this.ended = ended;
    }

    @Override
    public String subprotocol() {
        return duplex.subprotocol();
    }

    @Override
    public CompletableFuture<Void> send(byte[] message) {
        return duplex.send(message);
    }

    @Override
    public CompletableFuture<Void> sendText(String message) {
        return duplex.sendText(message);
    }

    @Override
    public void listen(Listener listener) {
        duplex.listen(new Listener() {
            @Override
            public void message(byte[] message, boolean text) {
                listener.message(message, text);
            }

            @Override
            public void closed() {
                tell();
                listener.closed();
            }
        });
    }

    @Override
    public void close(int code, String reason) {
        tell();
        duplex.close(code, reason);
    }

    private void tell() {
        if (told.compareAndSet(false, true)) {
            ended.run();
        }
    }
}
