package kubelab.containers.runtime.filesystem;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Modes and owners of files in a node's in-memory file system, by number as Linux has them. Java's view of a file knows
 * nine permission bits; the other three (setuid, setgid, sticky) are kept in the name of its owner: {@code 1000:2} is
 * user 1000 and setgid.
 */
public final class NodeFiles {
    private static final PosixFilePermission[] BITS = PosixFilePermission.values();

    private static final long DISK_BYTES = 256L << 20;

    private NodeFiles() {}

    /** An empty disk on which everything belongs to root. @param node for its name */
    public static FileSystem disk(String node, Supplier<Instant> now) {
        Configuration unix = Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .setDefaultAttributeValue("owner:owner", "0")
                .setDefaultAttributeValue("posix:group", "0")
                .setDefaultAttributeValue("posix:permissions", "rwxr-xr-x")
                .setMaxSize(DISK_BYTES)
                .setBlockSize(1024)
                .setWorkingDirectory("/")
                .setFileTimeSource(() -> FileTime.from(now.get()))
                .build();
        return Jimfs.newFileSystem("kubelab-" + node + "-" + Long.toHexString(System.nanoTime()), unix);
    }

    /** @param mode 0–07777 */
    public static void setMode(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : BITS) {
            if ((mode & (0400 >> permission.ordinal())) != 0) {
                permissions.add(permission);
            }
        }
        PosixFileAttributeView view = view(path);
        PosixFileAttributes found = view.readAttributes();
        view.setPermissions(permissions);
        int special = mode >> 9;
        if (special != special(found)) {
            setOwner(view, path, uid(found), special);
        }
    }

    /** Does not follow a symbolic link. */
    public static void setOwner(Path path, long uid, long gid) throws IOException {
        PosixFileAttributeView view = view(path);
        setOwner(view, path, uid, special(view.readAttributes()));
        UserPrincipalLookupService names = path.getFileSystem().getUserPrincipalLookupService();
        view.setGroup(names.lookupPrincipalByGroupName(Long.toString(gid)));
    }

    /** Writes a whole file that belongs to root. */
    public static void write(Path path, byte[] content, int mode) throws IOException {
        Files.write(path, content);
        setMode(path, mode);
    }

    /** Copies a file with its mode and owner. */
    public static void copy(Path from, Path to) throws IOException {
        Files.write(to, Files.readAllBytes(from));
        takeOver(from, to);
    }

    /** Makes a directory, and those on the way to it, with the mode and owner of the one that they are in. */
    public static void makeLike(Path base, Path directory) throws IOException {
        Path here = base;
        for (Path name : base.relativize(directory)) {
            here = here.resolve(name);
            if (!Files.exists(here)) {
                Files.createDirectory(here);
                takeOver(base, here);
            }
        }
    }

    private static void takeOver(Path from, Path to) throws IOException {
        PosixFileAttributes found = view(from).readAttributes();
        setOwner(to, uid(found), gid(found));
        setMode(to, mode(found));
    }

    /** Permission bits with setuid, setgid and sticky, 0–07777. Does not follow a symbolic link. */
    public static int mode(Path path) throws IOException {
        return mode(view(path).readAttributes());
    }

    public static long uid(Path path) throws IOException {
        return uid(view(path).readAttributes());
    }

    static int mode(PosixFileAttributes found) {
        int mode = special(found) << 9;
        for (PosixFilePermission permission : found.permissions()) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    static long uid(PosixFileAttributes found) {
        String owner = found.owner().getName();
        int colon = owner.indexOf(':');
        return Long.parseLong(colon < 0 ? owner : owner.substring(0, colon));
    }

    static long gid(PosixFileAttributes found) {
        return Long.parseLong(found.group().getName());
    }

    private static int special(PosixFileAttributes found) {
        String owner = found.owner().getName();
        int colon = owner.indexOf(':');
        return colon < 0 ? 0 : Integer.parseInt(owner.substring(colon + 1));
    }

    private static void setOwner(PosixFileAttributeView view, Path path, long uid, int special) throws IOException {
        String name = special == 0 ? Long.toString(uid) : uid + ":" + special;
        view.setOwner(path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
    }

    private static PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
