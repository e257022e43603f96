package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A container's mount table, and the walk from a path to what it names. */
public final class VirtualFileSystem {
    private static final int MAX_LINKS = 40;

    private final Map<String, Tree> mounts = new TreeMap<>();

    /**
     * @param upper the container's own directory in the node's file system, empty
     * @param image what is seen where the container has written nothing
     */
    public VirtualFileSystem(Path upper, ImageLayer image, boolean readOnlyRoot) {
        mounts.put("/", new LayeredTree(upper, image, readOnlyRoot, "overlay", bytes -> {}));
    }

    /** Mounts a tree of the kernel's, such as /proc. The directory must exist in the image. */
    public void mount(String target, Tree tree) {
        mounts.put(target, tree);
    }

    /** Mounts a directory or file of the node. Makes what is missing on the way, as a container runtime does. */
    public void bind(Path source, String target, boolean readOnly) throws IOException {
        bind(source, target, new LayeredTree(source, null, readOnly, "ext4", bytes -> {}));
    }

    /** The same for a directory that is filled before the first look into it. */
    public void bindLate(Path source, String target, boolean readOnly, Filling filling) throws IOException {
        Tree tree = new LayeredTree(source, null, readOnly, "ext4", bytes -> {});
        bind(source, target, new LateTree(tree, filling));
    }

    /**
     * Mounts a directory that is kept in memory.
     *
     * @param use told of every byte more or less in its files
     */
    public void bindMemory(Path source, String target, boolean readOnly, LongConsumer use) throws IOException {
        bind(source, target, new LayeredTree(source, null, readOnly, "tmpfs", use));
    }

    private void bind(Path source, String target, Tree tree) throws IOException {
        mounts.put(makeTarget(normalise(target), java.nio.file.Files.isDirectory(source)), tree);
    }

    /** Mount points and what is mounted there, ordered by path. */
    public Map<String, Tree> mounts() {
        return mounts;
    }

    /**
     * Where a path leads.
     *
     * @param stat null when nothing is there, but the directory it would be in is
     */
    public record Location(
            String path, Tree tree, String inTree, @Nullable Stat stat) {
        public Stat existing() throws FileException {
            Stat found = stat;
            if (found == null) {
                throw new FileException(Errno.ENOENT);
            }
            return found;
        }
    }

    /**
     * @param path absolute
     * @param follow whether a symbolic link at the end is followed, too
     */
    public Location walk(String path, boolean follow, Credentials who) throws IOException {
        Deque<String> todo = new ArrayDeque<>();
        push(todo, path);
        Location here = locate("/");
        boolean intoLast = path.endsWith("/") || path.endsWith("/.");
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.equals("..")) {
                here = locate(parent(here.path));
                continue;
            }
            if (!here.existing().isDirectory()) {
                throw new FileException(Errno.ENOTDIR);
            }
            if (!who.may(here.existing(), 1)) {
                throw new FileException(Errno.EACCES);
            }
            Location next = locate(here.path.equals("/") ? "/" + name : here.path + "/" + name);
            Stat stat = next.stat;
            boolean last = todo.isEmpty();
            if (stat == null) {
                if (last) {
                    return next;
                }
                throw new FileException(Errno.ENOENT);
            }
            if (stat.isSymlink() && (follow || !last || intoLast)) {
                if (++links > MAX_LINKS) {
                    throw new FileException(Errno.ELOOP);
                }
                String target = next.tree.readLink(next.inTree);
                push(todo, target);
                if (target.startsWith("/")) {
                    here = locate("/");
                }
                continue;
            }
            here = next;
        }
        return here;
    }

    /**
     * Makes what is missing of a container's working directory, owned by root, before its root becomes read-only.
     * Read-only mounts stay as they are.
     *
     * @return why it cannot be, in the OCI runtime's words; null when it is there
     */
    public @Nullable String makeWorkingDirectory(String path) throws IOException {
        String here = "";
        for (String name : normalise(path).substring(1).split("/")) {
            here += "/" + name;
            Location found = walk(here, true, Credentials.ROOT);
            Stat stat = found.stat;
            if (stat != null && !stat.isDirectory()) {
                return "mkdir " + here + ": not a directory";
            }
            if (stat == null && found.tree.readOnly() && found.tree != mounts.get("/")) {
                boolean kernels = found.tree instanceof SyntheticTree;
                return "mkdir " + here + ": " + (kernels ? "no such file or directory" : "read-only file system");
            }
            if (stat == null) {
                found.tree.makeDirectory(found.inTree, 0755, Credentials.ROOT);
            }
        }
        return null;
    }

    /** Takes out {@code .}, {@code ..} and double slashes, by the text alone. */
    public static String normalise(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.remove(names.size() - 1);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }

    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    private Location locate(String path) throws IOException {
        String mountPoint = path;
        Tree tree;
        while ((tree = mounts.get(mountPoint)) == null) {
            mountPoint = parent(mountPoint);
        }
        String inTree = mountPoint.equals("/")
                ? path.substring(1)
                : path.length() == mountPoint.length() ? "" : path.substring(mountPoint.length() + 1);
        return new Location(path, tree, inTree, tree.lstat(inTree));
    }

    private static void push(Deque<String> todo, String path) {
        String[] names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !names[i].equals(".")) {
                todo.push(names[i]);
            }
        }
    }

    private String makeTarget(String target, boolean directory) throws IOException {
        Location found = parts(target);
        if (found.stat == null) {
            if (directory) {
                found.tree.makeDirectory(found.inTree, 0755, Credentials.ROOT);
            } else {
                found.tree
                        .open(found.inTree, OpenMode.NEW, 0644, Credentials.ROOT)
                        .release();
            }
        }
        return found.path;
    }

    /** Walks to a mount point, making directories on the way; a read-only tree must have them already. */
    private Location parts(String target) throws IOException {
        try {
            return walk(target, true, Credentials.ROOT);
        } catch (FileException missing) {
            if (missing.errno() != Errno.ENOENT) {
                throw missing;
            }
            String parent = makeTarget(parent(target), true);
            Location there = locate((parent.equals("/") ? "" : parent) + target.substring(target.lastIndexOf('/')));
            Stat stat = there.stat;
            return stat == null || !stat.isSymlink() ? there : walk(target, true, Credentials.ROOT);
        }
    }
}
