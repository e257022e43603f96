package kubelab.containers.runtime.kernel;

import java.util.Map;
import java.util.TreeMap;
import kubelab.containers.runtime.filesystem.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * A task's file descriptors. Its monitor guards the numbers only: an open file looks after itself.
 */
public final class FileTable {
    private final TreeMap<Integer, OpenFile> open = new TreeMap<>();

    public synchronized @Nullable OpenFile get(int number) {
        return open.get(number);
    }

    /** Takes over the reference; what the number pointed to before is closed. */
    public synchronized void set(int number, @Nullable OpenFile file) {
        OpenFile before = file == null ? open.remove(number) : open.put(number, file);
        if (before != null) {
            before.release();
        }
    }

    public synchronized FileTable copy() {
        FileTable copy = new FileTable();
        open.forEach((number, file) -> copy.open.put(number, file.retain()));
        return copy;
    }

    public synchronized Map<Integer, OpenFile> all() {
        return new TreeMap<>(open);
    }

    synchronized void closeAll() {
        open.values().forEach(OpenFile::release);
        open.clear();
    }
}
