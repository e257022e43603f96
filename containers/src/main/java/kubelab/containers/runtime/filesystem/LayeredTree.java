package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory (or one file) of the node's file system, optionally over an image's layer: reads fall through to the
 * layer, the first write to a file copies it up, and what is removed from the layer is remembered as removed. The
 * list of what was removed is guarded by its own monitor; the rest is the node's file system, which is thread-safe.
 *
 * <p>Source: overlayfs in Linux. Simplified: when a file is copied up, its hard links are lost.
 */
final class LayeredTree extends Tree {
    private static final int SETGID = 02000;

    private final Path upper;
    private final @Nullable ImageLayer lower;
    private final boolean readOnly;
    private final String type;
    private final LongConsumer use;
    private final Set<String> removed = new HashSet<>();

    /** @param use told of every byte more or less that is stored here */
    LayeredTree(Path upper, @Nullable ImageLayer lower, boolean readOnly, String type, LongConsumer use) {
        this.upper = upper;
        this.lower = lower;
        this.readOnly = readOnly;
        this.type = type;
        this.use = use;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public @Nullable Stat lstat(String path) throws IOException {
        Stat own = upperStat(path);
        if (own != null) {
            return own;
        }
        ImageLayer.Entry entry = lowerEntry(path);
        return entry == null ? null : entry.stat();
    }

    @Override
    public List<String> list(String path) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        if (lower != null && !hidden(path)) {
            for (String name : lower.list(path)) {
                if (!isRemoved(join(path, name))) {
                    names.add(name);
                }
            }
        }
        Path directory = at(path);
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public String readLink(String path) throws IOException {
        if (upperStat(path) != null) {
            return Files.readSymbolicLink(at(path)).toString();
        }
        ImageLayer.Entry entry = lowerEntry(path);
        if (entry == null) {
            throw new FileException(Errno.ENOENT);
        }
        return entry.target();
    }

    @Override
    public OpenFile open(String path, OpenMode mode, int permissions, Credentials who) throws IOException {
        Stat stat = lstat(path);
        if (stat == null) {
            if (!mode.create()) {
                throw new FileException(Errno.ENOENT);
            }
            makeParents(path);
            Files.createFile(at(path));
            own(path, permissions, who);
        } else if (mode.write() && upperStat(path) == null) {
            copyUp(path);
        }
        if (upperStat(path) == null) {
            ImageLayer.Entry entry = lowerEntry(path);
            return new BytesFile(path, entry == null ? new byte[0] : entry.bytes());
        }
        return new DiskFile("/" + path, at(path), mode, use);
    }

    @Override
    public void makeDirectory(String path, int permissions, Credentials who) throws IOException {
        makeParents(path);
        Files.createDirectory(at(path));
        own(path, permissions, who);
    }

    @Override
    public void makeLink(String path, String target, Credentials who) throws IOException {
        makeParents(path);
        Files.createSymbolicLink(at(path), upper.getFileSystem().getPath(target));
        own(path, -1, who);
    }

    @Override
    public void hardLink(String path, String existing) throws IOException {
        copyUp(existing);
        makeParents(path);
        Files.createLink(at(path), at(existing));
    }

    @Override
    public void remove(String path) throws IOException {
        Stat stat = lstat(path);
        if (stat == null) {
            throw new FileException(Errno.ENOENT);
        }
        if (stat.isDirectory() && !list(path).isEmpty()) {
            throw new FileException(Errno.ENOTEMPTY);
        }
        if (lower != null && lower.entry(path) != null) {
            synchronized (removed) {
                removed.add(path);
            }
        }
        try {
            Files.deleteIfExists(at(path));
            if (stat.isFile()) {
                use.accept(-stat.size());
            }
        } catch (DirectoryNotEmptyException e) {
            throw new FileException(Errno.ENOTEMPTY);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        copyUp(from);
        makeParents(to);
        if (lstat(to) != null) {
            remove(to);
        }
        Files.move(at(from), at(to));
        if (lower != null && lower.entry(from) != null) {
            synchronized (removed) {
                removed.add(from);
            }
        }
    }

    @Override
    public void chmod(String path, int permissions) throws IOException {
        copyUp(path);
        NodeFiles.setMode(at(path), permissions);
    }

    @Override
    public void chown(String path, long uid, long gid) throws IOException {
        copyUp(path);
        NodeFiles.setOwner(at(path), uid, gid);
    }

    @Override
    public void touch(String path, Instant modified) throws IOException {
        copyUp(path);
        Files.setLastModifiedTime(at(path), FileTime.from(modified));
    }

    private Path at(String path) {
        return path.isEmpty() ? upper : upper.resolve(path);
    }

    private static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private ImageLayer.@Nullable Entry lowerEntry(String path) {
        return lower == null || hidden(path) ? null : lower.entry(path);
    }

    /** Whether this path or a directory on the way was removed. */
    private boolean hidden(String path) {
        synchronized (removed) {
            if (removed.isEmpty()) {
                return false;
            }
            for (String p = path; !p.isEmpty(); p = p.lastIndexOf('/') < 0 ? "" : p.substring(0, p.lastIndexOf('/'))) {
                if (removed.contains(p)) {
                    return true;
                }
            }
            return false;
        }
    }

    private boolean isRemoved(String path) {
        synchronized (removed) {
            return removed.contains(path);
        }
    }

    private @Nullable Stat upperStat(String path) throws IOException {
        if (lower != null && path.isEmpty()) {
            return null;
        }
        PosixFileAttributes found;
        try {
            found = Files.readAttributes(at(path), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException missing) {
            return null;
        }
        Stat.Kind kind =
                found.isDirectory() ? Stat.Kind.DIRECTORY : found.isSymbolicLink() ? Stat.Kind.SYMLINK : Stat.Kind.FILE;
        Object key = found.fileKey();
        return new Stat(
                kind,
                kind == Stat.Kind.SYMLINK ? 0777 : NodeFiles.mode(found),
                NodeFiles.uid(found),
                NodeFiles.gid(found),
                kind == Stat.Kind.DIRECTORY ? 4096 : found.size(),
                found.lastModifiedTime().toInstant(),
                kind == Stat.Kind.DIRECTORY ? 2 : 1,
                key == null ? 0 : key.hashCode(),
                "");
    }

    private void makeParents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && lower != null) {
            copyUp(path.substring(0, slash));
        }
    }

    /** Brings a path of the layer into the writable part: a directory empty, a file with its content. */
    private void copyUp(String path) throws IOException {
        if (lower == null || path.isEmpty() || upperStat(path) != null) {
            return;
        }
        ImageLayer.Entry entry = lowerEntry(path);
        if (entry == null) {
            throw new FileException(Errno.ENOENT);
        }
        makeParents(path);
        Path target = at(path);
        Stat stat = entry.stat();
        try {
            switch (stat.kind()) {
                case DIRECTORY -> Files.createDirectory(target);
                case SYMLINK ->
                    Files.createSymbolicLink(target, upper.getFileSystem().getPath(entry.target()));
                default -> Files.write(target, entry.bytes());
            }
        } catch (FileAlreadyExistsException race) {
            return;
        }
        if (!stat.isSymlink()) {
            NodeFiles.setMode(target, stat.mode());
            Files.setLastModifiedTime(target, FileTime.from(stat.modified()));
        }
        NodeFiles.setOwner(target, stat.uid(), stat.gid());
    }

    /**
     * What is new belongs to who made it; in a directory with the setgid bit, to the directory's group.
     *
     * @param permissions -1 for a symbolic link, which has none
     */
    private void own(String path, int permissions, Credentials who) throws IOException {
        int slash = path.lastIndexOf('/');
        Stat parent = path.isEmpty() ? null : lstat(slash < 0 ? "" : path.substring(0, slash));
        long gid = who.gid();
        int inherited = 0;
        if (parent != null && (parent.mode() & SETGID) != 0) {
            gid = parent.gid();
            inherited = Files.isDirectory(at(path), LinkOption.NOFOLLOW_LINKS) ? SETGID : 0;
        }
        NodeFiles.setOwner(at(path), who.uid(), gid);
        if (permissions >= 0) {
            NodeFiles.setMode(at(path), permissions | inherited);
        }
    }
}
