package kubelab.controlplane.apiserver.request;

import java.util.concurrent.CompletableFuture;

/** Where a streamed answer goes. Not thread-safe: one writer at a time, the next write after the last one's future. */
public interface Sink {
    /** Sends one chunk. The future completes when the next may follow, and fails when the other side is gone. */
    CompletableFuture<Void> write(byte[] chunk);

    /** The answer is complete. */
    void end();

    /** The answer breaks off: the other side must not take it for complete, where the transport can tell. */
    default void abort() {
        end();
    }

    /** Calls back once when the other side is gone; at once if it is gone already. */
    void onClose(Runnable callback);
}
