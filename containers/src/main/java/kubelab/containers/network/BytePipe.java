package kubelab.containers.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import kubelab.containers.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded stream of bytes from writers to readers: one direction of a connection, or a process's pipe. Reads block
 * while it is empty, writes while it is full. An interrupt ends either with {@link InterruptedIOException} and leaves
 * the thread's interrupt flag set.
 */
public final class BytePipe {
    private static final int FIRST_SIZE = 512;

    private final int capacity;
    private byte[] ring = new byte[FIRST_SIZE];
    private int head;
    private int count;
    private boolean writerClosed;
    private boolean readerClosed;
    private boolean reset;

    /** @param capacity bytes it holds before a writer has to wait; memory is taken only as it fills */
    public BytePipe(int capacity) {
        this.capacity = capacity;
    }

    /** @return the number of bytes read, at least one, or -1 at the end of the stream */
    public int read(byte[] into, int offset, int length) throws IOException {
        return read(into, offset, length, null, null);
    }

    /** As above; fails with {@link SocketTimeoutException} when nothing comes within {@code timeout} of cluster time. */
    public synchronized int read(byte[] into, int offset, int length, @Nullable Clock clock, @Nullable Duration timeout)
            throws IOException {
        if (length == 0) {
            return 0;
        }
        if (count == 0 && !writerClosed && !readerClosed) {
            awaitBytes(clock, timeout);
        }
        if (count == 0) {
            if (reset) {
                throw new IOException("Connection reset by peer");
            }
            return -1;
        }
        int n = Math.min(length, count);
        int first = Math.min(n, ring.length - head);
        System.arraycopy(ring, head, into, offset, first);
        System.arraycopy(ring, 0, into, offset + first, n - first);
        head = (head + n) % ring.length;
        count -= n;
        notifyAll();
        return n;
    }

    public synchronized int available() {
        return count;
    }

    /** Blocks until all bytes are taken over. @throws IOException "Broken pipe" when nobody can read them any more */
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (readerClosed || writerClosed) {
                throw new IOException("Broken pipe");
            }
            if (count == capacity) {
                pause();
                continue;
            }
            int n = Math.min(length - done, capacity - count);
            grow(count + n);
            int tail = (head + count) % ring.length;
            int first = Math.min(n, ring.length - tail);
            System.arraycopy(from, offset + done, ring, tail, first);
            System.arraycopy(from, offset + done + first, ring, 0, n - first);
            count += n;
            done += n;
            notifyAll();
        }
    }

    /** No more bytes will come: readers get what is left, then the end. */
    public synchronized void closeWriter() {
        writerClosed = true;
        notifyAll();
    }

    /** Nobody will read any more: writers fail. */
    public synchronized void closeReader() {
        readerClosed = true;
        notifyAll();
    }

    /** As {@link #closeWriter()}, but readers fail after what is left. */
    public synchronized void reset() {
        reset = true;
        closeWriter();
    }

    public InputStream input() {
        return input(null, () -> null);
    }

    /** @param timeout asked before each read; null for none */
    InputStream input(@Nullable Clock clock, java.util.function.Supplier<@Nullable Duration> timeout) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return BytePipe.this.read(into, offset, length, clock, timeout.get());
            }

            @Override
            public int available() {
                return BytePipe.this.available();
            }

            @Override
            public void close() {
                closeReader();
            }
        };
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                BytePipe.this.write(from, offset, length);
            }

            @Override
            public void close() {
                closeWriter();
            }
        };
    }

    private void awaitBytes(@Nullable Clock clock, @Nullable Duration timeout) throws IOException {
        if (clock == null || timeout == null) {
            while (count == 0 && !writerClosed && !readerClosed) {
                pause();
            }
            return;
        }
        boolean[] expired = new boolean[1];
        Clock.Timer timer = clock.schedule(timeout, () -> {
            synchronized (this) {
                expired[0] = true;
                notifyAll();
            }
        });
        try {
            while (count == 0 && !writerClosed && !readerClosed) {
                if (expired[0]) {
                    throw new SocketTimeoutException("Read timed out");
                }
                pause();
            }
        } finally {
            timer.cancel();
        }
    }

    private void pause() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void grow(int needed) {
        if (needed <= ring.length) {
            return;
        }
        int size = ring.length;
        while (size < needed) {
            size = Math.min(capacity, size * 2);
        }
        byte[] larger = new byte[size];
        int first = Math.min(count, ring.length - head);
        System.arraycopy(ring, head, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, count - first);
        ring = larger;
        head = 0;
    }
}
