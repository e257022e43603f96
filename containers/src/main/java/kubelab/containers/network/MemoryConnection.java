package kubelab.containers.network;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import kubelab.containers.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pair of pipes. Both ends may be read, written and closed by different threads; the pipes between them
 * do the waiting.
 */
final class MemoryConnection implements Connection {
    private static final int WINDOW = 64 * 1024;

    private final BytePipe incoming;
    private final BytePipe outgoing;
    private final String local;
    private final String remote;
    private final Clock clock;
    private final Runnable onClose;
    private volatile @Nullable Duration readTimeout;
    private boolean closed;

    private MemoryConnection(
            BytePipe incoming, BytePipe outgoing, String local, String remote, Clock clock, Runnable onClose) {
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.local = local;
        this.remote = remote;
        this.clock = clock;
        this.onClose = onClose;
    }

    /** Both ends of a new connection. */
    record Pair(MemoryConnection client, MemoryConnection server) {}

    /**
     * @param target the address the client asked for, which is what it sees as the remote one (a Service's, say)
     * @param actual the address the server was reached at
     */
    static Pair open(String source, String target, String actual, Clock clock, Runnable onServerClose) {
        BytePipe up = new BytePipe(WINDOW);
        BytePipe down = new BytePipe(WINDOW);
        return new Pair(
                new MemoryConnection(down, up, source, target, clock, () -> {}),
                new MemoryConnection(up, down, actual, source, clock, onServerClose));
    }

    @Override
    public InputStream input() {
        return incoming.input(clock, () -> readTimeout);
    }

    @Override
    public OutputStream output() {
        return outgoing.output();
    }

    @Override
    public String localAddress() {
        return local;
    }

    @Override
    public String remoteAddress() {
        return remote;
    }

    @Override
    public void readTimeout(@Nullable Duration timeout) {
        readTimeout = timeout;
    }

    @Override
    public void shutdownOutput() {
        outgoing.closeWriter();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        outgoing.closeWriter();
        incoming.closeReader();
        onClose.run();
    }

    /** Ends both directions the hard way: the other end's reads fail. */
    void reset() {
        outgoing.reset();
        close();
    }
}
