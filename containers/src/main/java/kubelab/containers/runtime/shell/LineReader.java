package kubelab.containers.runtime.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.Task;

/**
 * What {@code read} reads: a byte at a time, so that nothing is taken from the commands that follow. Used by its
 * task's thread; only the timer that sets {@code expired} comes from another one.
 */
final class LineReader {
    private final Task task;
    private final int descriptor;
    private final boolean raw;
    private final int limit;
    private final char end;
    private final BitSet escaped = new BitSet();
    private volatile boolean expired;
    private boolean atEnd;

    LineReader(Task task, int descriptor, boolean raw, int limit, char end) {
        this.task = task;
        this.descriptor = descriptor;
        this.raw = raw;
        this.limit = limit;
        this.end = end;
    }

    String read() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] one = new byte[1];
        boolean backslash = false;
        while (limit < 0 || bytes.size() < limit) {
            OpenFile file = task.descriptors().get(descriptor);
            if (expired || file == null) {
                atEnd = true;
                break;
            }
            int n;
            try {
                n = file.read(one, 0, 1);
            } catch (java.io.InterruptedIOException signal) {
                Thread.interrupted();
                task.check();
                continue;
            }
            if (n < 0) {
                atEnd = true;
                break;
            }
            char c = (char) (one[0] & 0xff);
            if (backslash) {
                backslash = false;
                if (c != '\n') {
                    escaped.set(bytes.size());
                    bytes.write(c);
                }
            } else if (c == '\\' && !raw) {
                backslash = true;
            } else if (c == end) {
                break;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The time is over: whatever comes now is too late. */
    void expire() {
        expired = true;
    }

    /** Whether the time was over before the line was. */
    boolean expired() {
        return expired && atEnd;
    }

    boolean atEnd() {
        return atEnd;
    }

    /** Which characters had a backslash before them: they do not separate. */
    BitSet escaped() {
        return escaped;
    }
}
