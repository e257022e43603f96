package kubelab.containers.runtime.filesystem;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An image's files: made once, shared by all its containers, never changed. */
public final class ImageLayer {
    private final Map<String, Entry> entries;
    private final Map<String, TreeSet<String>> children = new HashMap<>();

    private ImageLayer(Map<String, Entry> entries) {
        this.entries = entries;
        entries.keySet().forEach(path -> {
            if (!path.isEmpty()) {
                int slash = path.lastIndexOf('/');
                String parent = slash < 0 ? "" : path.substring(0, slash);
                children.computeIfAbsent(parent, p -> new TreeSet<>()).add(path.substring(slash + 1));
            }
        });
    }

    @Nullable
    Entry entry(String path) {
        return entries.get(path);
    }

    List<String> list(String path) {
        TreeSet<String> names = children.get(path);
        return names == null ? List.of() : List.copyOf(names);
    }

    /** @param content of a file; @param target of a symbolic link */
    record Entry(Stat stat, @Nullable Supplier<byte[]> content, String target) {
        byte[] bytes() {
            return content == null ? new byte[0] : content.get();
        }
    }

    /** Collects files. Missing directories on the way are made. */
    public static final class Builder {
        private final Map<String, Entry> entries = new HashMap<>();
        private long inode = 1000;

        public Builder() {
            directory("/", 0755);
        }

        public Builder directory(String path, int mode) {
            return directory(path, mode, 0, 0);
        }

        /** What is in a directory of that name stays. */
        public Builder directory(String path, int mode, long uid, long gid) {
            put(path, new Entry(stat(Stat.Kind.DIRECTORY, mode, 4096, uid, gid), null, ""));
            return this;
        }

        public Builder file(String path, int mode, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            put(path, new Entry(stat(Stat.Kind.FILE, mode, bytes.length, 0, 0), () -> bytes, ""));
            return this;
        }

        public Builder file(String path, int mode, long uid, long gid, byte[] bytes) {
            remove(path);
            put(path, new Entry(stat(Stat.Kind.FILE, mode, bytes.length, uid, gid), () -> bytes, ""));
            return this;
        }

        /** The same file under another name, if it is there. */
        public Builder copy(String from, String to) {
            Entry entry = entries.get(key(from));
            if (entry != null) {
                put(to, entry);
            }
            return this;
        }

        /** Takes a file away, or a directory with all that is in it. */
        public Builder remove(String path) {
            entries.remove(key(path));
            return empty(path);
        }

        /** Takes away what is in a directory. */
        public Builder empty(String path) {
            String key = key(path);
            String below = key.isEmpty() || key.endsWith("/") ? key : key + "/";
            entries.keySet().removeIf(other -> !other.isEmpty() && other.startsWith(below));
            return this;
        }

        /** A program of an image: a file whose content names it, so that it can be copied and still be run. */
        public Builder program(String path, String name, long size) {
            byte[] bytes = (MARK + name + "\n").getBytes(StandardCharsets.ISO_8859_1);
            put(path, new Entry(stat(Stat.Kind.FILE, 0755, size, 0, 0), () -> bytes, ""));
            return this;
        }

        public Builder link(String path, String target) {
            put(path, new Entry(stat(Stat.Kind.SYMLINK, 0777, target.length(), 0, 0), null, target));
            return this;
        }

        public ImageLayer build() {
            return new ImageLayer(Map.copyOf(entries));
        }

        private void put(String path, Entry entry) {
            String key = key(path);
            int slash = key.lastIndexOf('/');
            if (slash > 0 && !entries.containsKey(key.substring(0, slash))) {
                directory(key.substring(0, slash), 0755);
            }
            entries.put(key, entry);
        }

        private static String key(String path) {
            return path.startsWith("/") ? path.substring(1) : path;
        }

        private Stat stat(Stat.Kind kind, int mode, long size, long uid, long gid) {
            return new Stat(
                    kind, mode, uid, gid, size, Instant.EPOCH, kind == Stat.Kind.DIRECTORY ? 2 : 1, inode++, "");
        }
    }

    /** First bytes of every program's file; the rest of the line is its name. */
    public static final String MARK = "\177ELF\2\1\1kubelab:";
}
