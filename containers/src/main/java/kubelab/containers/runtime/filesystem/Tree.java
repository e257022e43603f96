package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be mounted. Paths are relative to its root: {@code ""} is the root itself, else {@code a/b}; they
 * never contain symbolic links on the way, which the {@link VirtualFileSystem} has resolved. Whatever is not overridden
 * fails as a read-only file system does.
 */
public abstract class Tree {

    /** @return null when there is nothing */
    public abstract @Nullable Stat lstat(String path) throws IOException;

    /** Names in a directory, without {@code .} and {@code ..}. */
    public abstract List<String> list(String path) throws IOException;

    public abstract OpenFile open(String path, OpenMode mode, int permissions, Credentials who) throws IOException;

    public String readLink(String path) throws IOException {
        throw new FileException(Errno.EINVAL);
    }

    public boolean readOnly() {
        return true;
    }

    /** As {@code mount} and {@code df} call it. */
    public String type() {
        return "tmpfs";
    }

    public void makeDirectory(String path, int permissions, Credentials who) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void makeLink(String path, String target, Credentials who) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void hardLink(String path, String existing) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    /** Removes a file or an empty directory. */
    public void remove(String path) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void rename(String from, String to) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void chmod(String path, int permissions) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void chown(String path, long uid, long gid) throws IOException {
        throw new FileException(Errno.EROFS);
    }

    public void touch(String path, Instant modified) throws IOException {
        throw new FileException(Errno.EROFS);
    }
}
