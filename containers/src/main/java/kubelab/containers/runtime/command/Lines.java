package kubelab.containers.runtime.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** Reading files, or standard input for {@code -}, line by line or in blocks. */
final class Lines implements AutoCloseable {
    /** What a line takes besides its letters when it is kept, in bytes. */
    static final int OVERHEAD = 64;

    private static final int BLOCK = 16 * 1024;

    private final Task task;
    private final @Nullable OpenFile file;
    private final byte[] buffer = new byte[BLOCK];
    private int from;
    private int to;
    private boolean lastHadEnd = true;

    private Lines(Task task, @Nullable OpenFile file) {
        this.task = task;
        this.file = file;
    }

    /** @throws IOException when the file cannot be opened */
    static Lines open(Task task, String path) throws IOException {
        return new Lines(task, path.equals("-") ? null : task.files().open(path, OpenMode.READ));
    }

    interface Each {
        /** @return false to stop */
        boolean line(String line) throws IOException;
    }

    /**
     * All lines of all files; complains about those that cannot be read and goes on.
     *
     * @return 0, or 1 after a complaint
     */
    static int forEach(Task task, List<String> paths, Each each) throws IOException {
        int status = 0;
        for (String path : paths.isEmpty() ? List.of("-") : paths) {
            try (Lines lines = open(task, path)) {
                for (String line; (line = lines.next()) != null; ) {
                    if (!each.line(line)) {
                        break;
                    }
                }
            } catch (kubelab.containers.runtime.filesystem.FileException e) {
                status = Usage.cannotOpen(task, path, e);
            }
        }
        return status;
    }

    /** Bytes as they come; -1 at the end. */
    int read(byte[] into, int offset, int length) throws IOException {
        task.charge(2_000 + length / 4);
        if (from < to) {
            int n = Math.min(length, to - from);
            System.arraycopy(buffer, from, into, offset, n);
            from += n;
            return n;
        }
        return file == null ? task.read(0, into, offset, length) : file.read(into, offset, length);
    }

    /** The next line without its end; null after the last one. */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (from == to) {
                int n = fill();
                if (n < 0) {
                    lastHadEnd = false;
                    return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
                }
            }
            for (int i = from; i < to; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, from, i - from);
                    from = i + 1;
                    lastHadEnd = true;
                    return line.toString(StandardCharsets.UTF_8);
                }
            }
            line.write(buffer, from, to - from);
            from = to;
            if (line.size() > 1 << 16) {
                task.memory(512 * 1024 + line.size() * 2L);
            }
        }
    }

    boolean lastHadEnd() {
        return lastHadEnd;
    }

    private int fill() throws IOException {
        task.charge(4_000);
        from = 0;
        to = 0;
        int n = file == null ? task.read(0, buffer, 0, BLOCK) : file.read(buffer, 0, BLOCK);
        to = Math.max(0, n);
        return n;
    }

    InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return Lines.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return Lines.this.read(into, offset, length);
            }
        };
    }

    @Override
    public void close() {
        if (file != null) {
            file.release();
        }
    }
}
