package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.network.BytePipe;
import kubelab.containers.runtime.filesystem.OpenFile;

/** One end of a pipe between tasks. */
public final class PipeFile extends OpenFile {
    private static final AtomicInteger NUMBER = new AtomicInteger(4000);

    private final BytePipe pipe;
    private final boolean writer;

    private PipeFile(String path, BytePipe pipe, boolean writer) {
        super(path);
        this.pipe = pipe;
        this.writer = writer;
    }

    /** Both ends of a new pipe. */
    public record Ends(PipeFile reader, PipeFile writer) {}

    public static Ends create() {
        return of(new BytePipe(64 * 1024));
    }

    public static Ends of(BytePipe pipe) {
        String path = "pipe:[" + NUMBER.incrementAndGet() + "]";
        return new Ends(new PipeFile(path, pipe, false), new PipeFile(path, pipe, true));
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return writer ? super.read(into, offset, length) : pipe.read(into, offset, length);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (writer) {
            pipe.write(from, offset, length);
        } else {
            super.write(from, offset, length);
        }
    }

    @Override
    public boolean ready() {
        return pipe.available() > 0;
    }

    @Override
    protected void dispose() {
        if (writer) {
            pipe.closeWriter();
        } else {
            pipe.closeReader();
        }
    }
}
