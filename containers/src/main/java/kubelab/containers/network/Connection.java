package kubelab.containers.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One established TCP-like connection, seen from one of its two ends. Bytes stay in memory; reads and writes block. */
public interface Connection extends AutoCloseable {

    InputStream input();

    OutputStream output();

    /** This end's address and port as {@code ip:port}. */
    String localAddress();

    /** The other end's address and port as {@code ip:port}. */
    String remoteAddress();

    /**
     * From now on a read that waits longer than this (cluster time) fails with {@link java.net.SocketTimeoutException};
     * null waits for ever, as at the start.
     */
    void readTimeout(@Nullable Duration timeout);

    /** Says that this end sends no more; the other end reads end-of-stream (TCP's half close). */
    void shutdownOutput() throws IOException;

    /** Ends both directions; the other end reads end-of-stream, its writes fail. Closing twice is fine. */
    @Override
    void close();
}
