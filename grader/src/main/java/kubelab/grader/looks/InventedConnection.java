package kubelab.grader.looks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import kubelab.labkit.Connection;

/**
 * A connection that exists in memory only. A balancer holds it as a {@link Connection}; the check is its other end, which
 * speaks by {@link #say} and listens by {@link #hears}.
 */
final class InventedConnection implements Connection {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private byte[] said = {};
    private int read;
    private int listened;
    private boolean ended;
    private boolean closed;

    /** The other end says more. */
    synchronized void say(String text) {
        byte[] more = text.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(said, said.length + more.length);
        System.arraycopy(more, 0, all, said.length, more.length);
        said = all;
        notifyAll();
    }

    /** The other end says no more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Whether what comes to the other end next is this, within 5 s. */
    synchronized boolean hears(String text) {
        int wanted = listened + text.length();
        await(() -> heard.size() >= wanted || closed);
        String all = heard.toString(StandardCharsets.US_ASCII);
        boolean came = all.startsWith(text, listened);
        listened = came ? wanted : listened;
        return came;
    }

    /** Whether the balancer's side has closed it, within 5 s. */
    synchronized boolean isClosed() {
        await(() -> closed);
        return closed;
    }

    private synchronized void await(BooleanSupplier condition) {
        long until = System.nanoTime() + LONGEST_NANOS;
        try {
            for (long left = LONGEST_NANOS; left > 0 && !condition.getAsBoolean(); left = until - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private int take(byte[] target, int offset, int length) throws IOException {
        synchronized (this) {
            try {
                while (read == said.length && !ended && !closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            int n = closed ? 0 : Math.min(length, said.length - read);
            System.arraycopy(said, read, target, offset, n);
            read += n;
            return n == 0 ? -1 : n;
        }
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return take(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return take(target, offset, length);
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            synchronized (InventedConnection.this) {
                if (closed) {
                    throw new IOException("the connection is closed");
                }
                heard.write(source, offset, length);
                InventedConnection.this.notifyAll();
            }
        }
    }
}
