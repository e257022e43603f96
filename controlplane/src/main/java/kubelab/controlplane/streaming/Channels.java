package kubelab.controlplane.streaming;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kubelab.controlplane.apiserver.Duplex;

/**
 * Several streams in one WebSocket: the first byte of a message is its channel.
 *
 * <p>Source: k8s.io/streaming, the sub-protocols v4.channel.k8s.io and v5.channel.k8s.io, release 1.34.
 */
final class Channels {
    private static final int CHUNK = 32 * 1024;

    private final Outbox outbox;

    Channels(Duplex duplex) {
        this.outbox = new Outbox(duplex);
    }

    /** Sends one message and waits until the next may follow. */
    void send(int channel, byte[] data, int offset, int length) throws IOException {
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(data, offset, message, 1, length);
        try {
            CompletableFuture<Void> sent = outbox.add(message);
            outbox.flush();
            sent.join();
        } catch (CompletionException e) {
            throw new IOException("the connection is closed", e);
        }
    }

    OutputStream output(int channel) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] data, int offset, int length) throws IOException {
                for (int done = 0; done < length; done += CHUNK) {
                    send(channel, data, offset + done, Math.min(CHUNK, length - done));
                }
            }
        };
    }
}
