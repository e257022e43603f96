package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.FileView;
import kubelab.containers.runtime.filesystem.ImageLayer;
import kubelab.containers.runtime.filesystem.Stat;
import org.jspecify.annotations.Nullable;

/** Finds what a command name executes: the search through PATH, and what execve does with the file. */
public final class Loader {
    private Loader() {}

    /**
     * What to run.
     *
     * @param words the command's words; with a script's interpreter put in front
     */
    public record Executable(String path, List<String> words, Program program) {}

    /** @return the first executable file of that name in PATH, or the name itself when it has a slash; null if none */
    public static @Nullable String search(FileView files, String name, String searchPath) {
        if (name.contains("/")) {
            return name;
        }
        String denied = null;
        for (String directory : searchPath.split(":")) {
            String candidate = (directory.isEmpty() ? "." : directory) + "/" + name;
            Stat stat = files.find(candidate);
            if (stat == null || stat.isDirectory()) {
                continue;
            }
            if (files.may(candidate, 1)) {
                return candidate;
            }
            denied = candidate;
        }
        return denied;
    }

    /** @throws FileException ENOENT, EACCES or EISDIR, as execve would */
    public static Executable load(ContainerNamespaces namespaces, FileView files, String path, List<String> words)
            throws IOException {
        Stat stat = files.stat(path);
        if (!stat.isFile() || !files.may(path, 1)) {
            throw new FileException(Errno.EACCES);
        }
        String head = head(files, path);
        if (head.startsWith(ImageLayer.MARK)) {
            Program program = namespaces.programs().named(head.substring(ImageLayer.MARK.length()));
            if (program == null) {
                throw new FileException(Errno.ENOENT);
            }
            return new Executable(path, words, program);
        }
        List<String> all = new ArrayList<>();
        if (head.startsWith("#!")) {
            String[] interpreter = head.substring(2).trim().split("\\s+", 2);
            all.addAll(List.of(interpreter));
            all.add(path);
            all.addAll(words.subList(1, words.size()));
            Executable found = load(namespaces, files, interpreter[0], all);
            return new Executable(path, all, found.program());
        }
        all.add("sh");
        all.add(path);
        all.addAll(words.subList(1, words.size()));
        return new Executable(path, all, namespaces.programs().script());
    }

    private static String head(FileView files, String path) throws IOException {
        byte[] all = files.readAll(path);
        int end = 0;
        while (end < all.length && end < 256 && all[end] != '\n') {
            end++;
        }
        return new String(all, 0, end, StandardCharsets.ISO_8859_1);
    }
}
