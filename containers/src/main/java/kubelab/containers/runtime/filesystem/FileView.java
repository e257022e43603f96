package kubelab.containers.runtime.filesystem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import kubelab.containers.runtime.filesystem.VirtualFileSystem.Location;
import org.jspecify.annotations.Nullable;

/** File operations as one process may do them: relative to its directory, with its user's rights. */
public final class FileView {
    private static final int STICKY = 01000;

    private final VirtualFileSystem files;
    private final Supplier<String> directory;
    private final Supplier<Credentials> who;
    private final Supplier<Integer> umask;

    public FileView(
            VirtualFileSystem files, Supplier<String> directory, Supplier<Credentials> who, Supplier<Integer> umask) {
        this.files = files;
        this.directory = directory;
        this.who = who;
        this.umask = umask;
    }

    public VirtualFileSystem system() {
        return files;
    }

    /** The path from the root; symbolic links and dots stay. */
    public String absolute(String path) {
        return path.startsWith("/") ? path : directory.get() + "/" + path;
    }

    /** The path without links and dots. @throws FileException when it does not exist */
    public String real(String path) throws IOException {
        Location found = walk(path, true);
        found.existing();
        return found.path();
    }

    public Stat stat(String path) throws IOException {
        return walk(path, true).existing();
    }

    public Stat lstat(String path) throws IOException {
        return walk(path, false).existing();
    }

    public @Nullable Stat find(String path) {
        return find(path, true);
    }

    public @Nullable Stat find(String path, boolean follow) {
        try {
            return walk(path, follow).stat();
        } catch (IOException missing) {
            return null;
        }
    }

    public boolean exists(String path) {
        return find(path) != null;
    }

    /** @param bits 4 read, 2 write, 1 execute */
    public boolean may(String path, int bits) {
        try {
            Location found = walk(path, true);
            return who.get().may(found.existing(), bits)
                    && ((bits & 2) == 0 || !found.tree().readOnly());
        } catch (IOException missing) {
            return false;
        }
    }

    public List<String> list(String path) throws IOException {
        Location found = walk(path, true);
        if (!found.existing().isDirectory()) {
            throw new FileException(Errno.ENOTDIR);
        }
        require(found.existing(), 4);
        return found.tree().list(found.inTree());
    }

    public String readLink(String path) throws IOException {
        Location found = walk(path, false);
        if (!found.existing().isSymlink()) {
            throw new FileException(Errno.EINVAL);
        }
        return found.tree().readLink(found.inTree());
    }

    public OpenFile open(String path, OpenMode mode) throws IOException {
        if (path.isEmpty()) {
            throw new FileException(Errno.ENOENT);
        }
        Location found = walk(path, true);
        Stat stat = found.stat();
        if (stat == null) {
            if (!mode.create()) {
                throw new FileException(Errno.ENOENT);
            }
            requireNew(found, path);
        } else {
            if (mode.exclusive()) {
                throw new FileException(Errno.EEXIST);
            }
            if (stat.isDirectory() && mode.write()) {
                throw new FileException(Errno.EISDIR);
            }
            if (mode.write() && found.tree().readOnly() && stat.isFile()) {
                throw new FileException(Errno.EROFS);
            }
            require(stat, (mode.read() ? 4 : 0) | (mode.write() ? 2 : 0));
            if (stat.isDirectory()) {
                return new DirectoryFile(found.path());
            }
        }
        return found.tree().open(found.inTree(), mode, 0666 & ~umask.get(), who.get());
    }

    public byte[] readAll(String path) throws IOException {
        OpenFile file = open(path, OpenMode.READ);
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n; (n = file.read(buffer, 0, buffer.length)) > 0; ) {
                all.write(buffer, 0, n);
            }
            return all.toByteArray();
        } finally {
            file.release();
        }
    }

    public String readText(String path) throws IOException {
        return new String(readAll(path), StandardCharsets.UTF_8);
    }

    public void write(String path, byte[] bytes) throws IOException {
        OpenFile file = open(path, OpenMode.WRITE);
        try {
            file.write(bytes, 0, bytes.length);
        } finally {
            file.release();
        }
    }

    public void makeDirectory(String path) throws IOException {
        Location found = walk(strip(path), true);
        if (found.stat() != null) {
            throw new FileException(Errno.EEXIST);
        }
        requireNew(found, strip(path));
        found.tree().makeDirectory(found.inTree(), 0777 & ~umask.get(), who.get());
    }

    public void makeLink(String path, String target) throws IOException {
        Location found = walk(path, false);
        if (found.stat() != null) {
            throw new FileException(Errno.EEXIST);
        }
        requireNew(found, path);
        found.tree().makeLink(found.inTree(), target, who.get());
    }

    public void hardLink(String path, String existing) throws IOException {
        Location from = walk(existing, false);
        Location to = walk(path, false);
        if (from.existing().isDirectory()) {
            throw new FileException(Errno.EPERM);
        }
        if (to.stat() != null) {
            throw new FileException(Errno.EEXIST);
        }
        if (to.tree() != from.tree()) {
            throw new FileException(Errno.EXDEV);
        }
        requireNew(to, path);
        to.tree().hardLink(to.inTree(), from.inTree());
    }

    /** Removes a file, link or empty directory. */
    public void remove(String path) throws IOException {
        Location found = walk(strip(path), false);
        found.existing();
        if (files.mounts().containsKey(found.path())) {
            throw new FileException(Errno.EBUSY);
        }
        requireParent(found);
        requireMine(found);
        found.tree().remove(found.inTree());
    }

    /** @throws FileException EXDEV when the two are on different mounts; the caller copies then */
    public void rename(String from, String to) throws IOException {
        Location source = walk(strip(from), false);
        Location target = walk(strip(to), false);
        source.existing();
        if (source.tree() != target.tree()) {
            throw new FileException(Errno.EXDEV);
        }
        if (files.mounts().containsKey(source.path()) || files.mounts().containsKey(target.path())) {
            throw new FileException(Errno.EBUSY);
        }
        requireParent(source);
        requireParent(target);
        requireMine(source);
        requireMine(target);
        if (source.path().equals(target.path())) {
            return;
        }
        if ((target.path() + "/").startsWith(source.path() + "/")) {
            throw new FileException(Errno.EINVAL);
        }
        if (source.existing().isDirectory() && hasLayer(source)) {
            // Directories of an image cannot be moved without copying, on overlayfs as here.
            throw new FileException(Errno.EXDEV);
        }
        source.tree().rename(source.inTree(), target.inTree());
    }

    public void chmod(String path, int mode) throws IOException {
        Location found = owned(path);
        found.tree().chmod(found.inTree(), mode);
    }

    public void chown(String path, long uid, long gid) throws IOException {
        Location found = owned(path);
        boolean given = uid != found.existing().uid()
                || gid != found.existing().gid()
                        && gid != who.get().gid()
                        && !who.get().groups().contains(gid);
        if (who.get().uid() != 0 && given) {
            throw new FileException(Errno.EPERM);
        }
        found.tree().chown(found.inTree(), uid, gid);
    }

    public void touch(String path, Instant modified) throws IOException {
        Location found = walk(path, true);
        requireWritable(found);
        require(found.existing(), 2);
        found.tree().touch(found.inTree(), modified);
    }

    private Location owned(String path) throws IOException {
        Location found = walk(path, true);
        requireWritable(found);
        if (who.get().uid() != 0 && found.existing().uid() != who.get().uid()) {
            throw new FileException(Errno.EPERM);
        }
        return found;
    }

    private static boolean hasLayer(Location location) throws IOException {
        return location.tree() instanceof LayeredTree layered
                && layered.type().equals("overlay")
                && location.existing().modified().equals(Instant.EPOCH);
    }

    private Location walk(String path, boolean follow) throws IOException {
        if (path.isEmpty()) {
            throw new FileException(Errno.ENOENT);
        }
        return files.walk(absolute(path), follow, who.get());
    }

    private static String strip(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private void require(Stat stat, int bits) throws FileException {
        if (bits != 0 && !who.get().may(stat, bits)) {
            throw new FileException(Errno.EACCES);
        }
    }

    private static void requireWritable(Location found) throws FileException {
        if (found.tree().readOnly()) {
            throw new FileException(Errno.EROFS);
        }
    }

    private void requireNew(Location found, String path) throws IOException {
        if (path.endsWith("/")) {
            throw new FileException(Errno.EISDIR);
        }
        requireParent(found);
    }

    /** In a directory with the sticky bit, such as /tmp, everybody removes and renames only what is their own. */
    private void requireMine(Location found) throws IOException {
        Stat stat = found.stat();
        long uid = who.get().uid();
        if (stat == null || uid == 0 || uid == stat.uid()) {
            return;
        }
        Stat parent = files.walk(VirtualFileSystem.parent(found.path()), true, who.get())
                .existing();
        if ((parent.mode() & STICKY) != 0 && uid != parent.uid()) {
            throw new FileException(Errno.EPERM);
        }
    }

    private void requireParent(Location found) throws IOException {
        Location parent = files.walk(VirtualFileSystem.parent(found.path()), true, who.get());
        requireWritable(found);
        if (!who.get().may(parent.existing(), 2)) {
            throw new FileException(Errno.EACCES);
        }
    }
}
