package kubelab.controlplane.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What arrives in messages, read as a stream. The writer never waits; the reader does. The monitor of {@code
 * messages} guards everything in here.
 */
final class MessagePipe extends InputStream {
    private final Deque<byte[]> messages = new ArrayDeque<>();
    private byte @Nullable [] current;
    private int position;
    private boolean ended;

    void put(byte[] message, int offset) {
        if (message.length <= offset) {
            return;
        }
        byte[] copy = java.util.Arrays.copyOfRange(message, offset, message.length);
        synchronized (messages) {
            if (!ended) {
                messages.add(copy);
                messages.notifyAll();
            }
        }
    }

    /** The reader gets what is there, then end of stream. */
    void end() {
        synchronized (messages) {
            ended = true;
            messages.notifyAll();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        synchronized (messages) {
            while (current == null) {
                current = messages.poll();
                position = 0;
                if (current == null) {
                    if (ended) {
                        return -1;
                    }
                    try {
                        messages.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted", e);
                    }
                }
            }
            int count = Math.min(length, current.length - position);
            System.arraycopy(current, position, buffer, offset, count);
            position += count;
            if (position == current.length) {
                current = null;
            }
            return count;
        }
    }

    @Override
    public int available() {
        synchronized (messages) {
            int sum = current == null ? 0 : current.length - position;
            for (byte[] message : messages) {
                sum += message.length;
            }
            return sum;
        }
    }

    @Override
    public void close() {
        synchronized (messages) {
            ended = true;
            messages.clear();
            current = null;
            messages.notifyAll();
        }
    }
}
