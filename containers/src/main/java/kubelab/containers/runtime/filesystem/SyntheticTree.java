package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tree whose files are computed when they are read (/sys, the fixed part of /proc) or are devices (/dev). */
public class SyntheticTree extends Tree {
    private final Map<String, Node> nodes = new ConcurrentSkipListMap<>();
    private final String type;
    private final Instant made;

    public SyntheticTree(String type, Instant made) {
        this.type = type;
        this.made = made;
        nodes.put("", new Node(Stat.Kind.DIRECTORY, 0755, null, null, "", ""));
    }

    /** Makes a device from how it is opened. */
    public interface Device {
        OpenFile open(String path) throws IOException;
    }

    private record Node(
            Stat.Kind kind,
            int mode,
            @Nullable Supplier<String> text,
            @Nullable Device device,
            String target,
            String number) {}

    public final void directory(String path, int mode) {
        nodes.put(path, new Node(Stat.Kind.DIRECTORY, mode, null, null, "", ""));
    }

    public final void file(String path, Supplier<String> text) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            nodes.putIfAbsent(path.substring(0, slash), new Node(Stat.Kind.DIRECTORY, 0555, null, null, "", ""));
        }
        nodes.put(path, new Node(Stat.Kind.FILE, 0444, text, null, "", ""));
    }

    public final void link(String path, String target) {
        nodes.put(path, new Node(Stat.Kind.SYMLINK, 0777, null, null, target, ""));
    }

    public final void device(String path, String number, Device device) {
        nodes.put(path, new Node(Stat.Kind.DEVICE, 0666, null, device, "", number));
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public @Nullable Stat lstat(String path) throws IOException {
        Node node = nodes.get(path);
        return node == null
                ? null
                : new Stat(node.kind, node.mode, 0, 0, 0, made, 1, path.hashCode() & 0xffffff, node.number);
    }

    @Override
    public List<String> list(String path) throws IOException {
        String prefix = path.isEmpty() ? "" : path + "/";
        List<String> names = new ArrayList<>();
        for (String name : nodes.keySet()) {
            if (name.length() > prefix.length() && name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0) {
                names.add(name.substring(prefix.length()));
            }
        }
        return names;
    }

    @Override
    public String readLink(String path) throws IOException {
        Node node = nodes.get(path);
        if (node == null || node.kind != Stat.Kind.SYMLINK) {
            throw new FileException(Errno.EINVAL);
        }
        return node.target;
    }

    @Override
    public OpenFile open(String path, OpenMode mode, int permissions, Credentials who) throws IOException {
        Node node = nodes.get(path);
        if (node == null) {
            if (!mode.create()) {
                throw new FileException(Errno.ENOENT);
            }
            // A place to mount a file on, e.g. /dev/termination-log.
            file(path, () -> "");
            return text(path, "");
        }
        if (node.device != null) {
            return node.device.open(path);
        }
        if (mode.write()) {
            throw new FileException(Errno.EROFS);
        }
        return text(path, node.text == null ? "" : node.text.get());
    }

    @Override
    public void makeDirectory(String path, int permissions, Credentials who) {
        directory(path, permissions);
    }

    protected static OpenFile text(String path, String text) {
        return new BytesFile(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
