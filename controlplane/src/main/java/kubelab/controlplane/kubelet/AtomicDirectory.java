package kubelab.controlplane.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kubelab.containers.host.FileTree;
import kubelab.containers.runtime.filesystem.NodeFiles;
import org.jspecify.annotations.Nullable;

/**
 * A directory of files that change all at once: readers go through the link {@code ..data}, which is moved from one
 * complete directory to the next.
 *
 * <p>Source: k8s.io/kubernetes/pkg/volume/util.AtomicWriter, release 1.34.
 */
final class AtomicDirectory {
    private static final String DATA = "..data";

    private AtomicDirectory() {}

    /**
     * Makes {@code directory}, which is there, hold exactly {@code files} (by relative path). Does nothing when it already
     * does.
     *
     * @param group whose all of it is; null for root's
     * @param version names the new data directory; must differ from the one before
     */
    static void write(Path directory, Map<String, VolumeFile> files, @Nullable Long group, String version)
            throws IOException {
        Path link = directory.resolve(DATA);
        if (Files.exists(link) && current(link.toRealPath()).equals(digest(files))) {
            return;
        }
        Path fresh = directory.resolve(".." + version);
        Files.createDirectories(fresh);
        for (Map.Entry<String, VolumeFile> file : files.entrySet()) {
            Path path = fresh.resolve(file.getKey());
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            NodeFiles.write(path, file.getValue().content(), file.getValue().mode());
            NodeFiles.setOwner(path, file.getValue().uid(), 0);
        }
        FsGroup.own(fresh, group, true);
        Path before = Files.exists(link) ? link.toRealPath() : null;
        Path next = directory.resolve("..data_tmp");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(directory, files.keySet());
        FsGroup.own(directory, group, true);
        if (before != null && !before.equals(fresh)) {
            FileTree.delete(before);
        }
    }

    /** A name for a data directory that is written now. @param count of those before it */
    static String version(Instant now, int count) {
        return now.toString().replaceAll("[-:.TZ]", "") + "." + count;
    }

    /** The names users see are links into ..data, one for each first path element. */
    private static void linkNames(Path directory, Set<String> paths) throws IOException {
        Set<String> wanted = new HashSet<>();
        for (String path : paths) {
            wanted.add(path.split("/", 2)[0]);
        }
        for (String name : wanted) {
            Path visible = directory.resolve(name);
            if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(visible, directory.getFileSystem().getPath(DATA, name));
            }
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith("..") && !wanted.contains(name)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private static Map<String, Integer> current(Path data) throws IOException {
        Map<String, Integer> digest = new HashMap<>();
        try (Stream<Path> tree = Files.walk(data)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                digest.put(data.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return digest;
    }

    private static Map<String, Integer> digest(Map<String, VolumeFile> files) {
        Map<String, Integer> digest = new HashMap<>();
        files.forEach((name, file) -> digest.put(name, Arrays.hashCode(file.content())));
        return digest;
    }
}
