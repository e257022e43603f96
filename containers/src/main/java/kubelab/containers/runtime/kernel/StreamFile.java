package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import kubelab.containers.network.BytePipe;
import kubelab.containers.runtime.filesystem.OpenFile;
import org.jspecify.annotations.Nullable;

/** Streams from outside the container as a task's open file. */
public final class StreamFile extends OpenFile {
    private final @Nullable InputStream in;
    private final @Nullable OutputStream out;
    private final @Nullable Executor threads;
    private @Nullable BytePipe pumped;

    private StreamFile(@Nullable InputStream in, @Nullable OutputStream out, @Nullable Executor threads) {
        super("pipe:[3999]");
        this.in = in;
        this.out = out;
        this.threads = threads;
    }

    /** For reading. The stream cannot be interrupted, so a thread of its own reads it from the first read on. */
    public static StreamFile input(InputStream in, Executor threads) {
        return new StreamFile(in, null, threads);
    }

    public static StreamFile output(OutputStream out) {
        return new StreamFile(null, out, null);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        BytePipe pipe;
        synchronized (this) {
            pipe = pumped;
            if (pipe == null && in != null && threads != null) {
                pipe = new BytePipe(64 * 1024);
                pumped = pipe;
                pump(in, pipe, threads);
            }
        }
        return pipe == null ? super.read(into, offset, length) : pipe.read(into, offset, length);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        OutputStream stream = out;
        if (stream == null) {
            super.write(from, offset, length);
            return;
        }
        stream.write(from, offset, length);
        stream.flush();
    }

    @Override
    protected synchronized void dispose() {
        if (pumped != null) {
            pumped.closeReader();
        }
    }

    private static void pump(InputStream in, BytePipe pipe, Executor threads) {
        threads.execute(() -> {
            byte[] buffer = new byte[4096];
            try {
                for (int n; (n = in.read(buffer)) >= 0; ) {
                    pipe.write(buffer, 0, n);
                }
            } catch (IOException gone) {
                // The client hung up, or the task no longer reads: either way this stream has ended.
            } finally {
                pipe.closeWriter();
            }
        });
    }
}
