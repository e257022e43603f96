package kubelab.containers.runtime.filesystem;

import java.io.IOException;

/**
 * An open file description: what file descriptors of one or more tasks point to. Counted, and disposed of when the last
 * descriptor is closed.
 */
public abstract class OpenFile {
    private final String path;
    private int references = 1;

    /** @param path what /proc/self/fd shows, e.g. {@code /tmp/x} or {@code pipe:[17]} */
    protected OpenFile(String path) {
        this.path = path;
    }

    /** @return bytes read, at least one, or -1 at the end */
    public int read(byte[] into, int offset, int length) throws IOException {
        throw new FileException(Errno.EBADF);
    }

    public void write(byte[] from, int offset, int length) throws IOException {
        throw new FileException(Errno.EBADF);
    }

    public boolean isTerminal() {
        return false;
    }

    /** Bytes from here on are read next; only files can. @throws FileException when this is no file */
    public void seek(long position) throws IOException {
        throw new FileException(Errno.EINVAL);
    }

    /** Whether a read returns at once. */
    public boolean ready() {
        return true;
    }

    public final String path() {
        return path;
    }

    public final synchronized OpenFile retain() {
        references++;
        return this;
    }

    public final void release() {
        synchronized (this) {
            if (--references != 0) {
                return;
            }
        }
        dispose();
    }

    /** The last descriptor is gone. */
    protected void dispose() {}
}
