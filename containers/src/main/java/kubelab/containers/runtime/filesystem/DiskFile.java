package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * An open file of the node's in-memory file system. Its monitor keeps a position and the access at it together, for
 * tasks that share the open file.
 */
final class DiskFile extends OpenFile {
    private final SeekableByteChannel channel;
    private final LongConsumer use;

    /** @param use told of every byte more or less in the file */
    DiskFile(String name, Path file, OpenMode mode, LongConsumer use) throws IOException {
        super(name);
        this.use = use;
        long before = mode.write() && mode.truncate() ? Files.size(file) : 0;
        Set<OpenOption> options = new HashSet<>();
        if (mode.read() && !mode.append()) {
            options.add(StandardOpenOption.READ);
        }
        if (mode.write()) {
            options.add(mode.append() ? StandardOpenOption.APPEND : StandardOpenOption.WRITE);
            if (mode.truncate()) {
                options.add(StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
        channel = Files.newByteChannel(file, options);
        use.accept(-before);
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(into, offset, length));
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        use.accept(append(from, offset, length));
    }

    /** @return by how many bytes the file grew */
    private synchronized long append(byte[] from, int offset, int length) throws IOException {
        long before = channel.size();
        try {
            channel.write(ByteBuffer.wrap(from, offset, length));
            return channel.size() - before;
        } catch (IOException full) {
            throw "out of disk space".equals(full.getMessage()) ? new FileException(Errno.ENOSPC) : full;
        }
    }

    @Override
    public synchronized void seek(long position) throws IOException {
        channel.position(position);
    }

    @Override
    protected void dispose() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing an in-memory file failed", e);
        }
    }
}
