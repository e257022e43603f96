package kubelab.controlplane.apiserver.request;

import java.util.concurrent.CompletableFuture;

/** An open WebSocket, from the server's side; the same for a socket and for a client in this JVM. */
public interface Duplex {
    /** The sub-protocol that was agreed on, e.g. {@code v5.channel.k8s.io}; empty for none. */
    String subprotocol();

    /** Sends one binary message. The future completes when the next may follow. One writer at a time. */
    CompletableFuture<Void> send(byte[] message);

    /** Sends one text message. */
    CompletableFuture<Void> sendText(String message);

    /** Sets who hears of messages. Must be called within the upgrade's handler; none is lost before. */
    void listen(Listener listener);

    /** @param code 1000 for a normal end */
    void close(int code, String reason);

    /** Hears one call at a time. Its calls may block for a short while only. */
    interface Listener {
        void message(byte[] message, boolean text);

        /** The connection is gone, whoever ended it. Called once. */
        void closed();
    }
}
