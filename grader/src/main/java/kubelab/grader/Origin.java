package kubelab.grader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a result must be read together with. Each is empty where it is not known.
 *
 * @param submission whose answers they are: what the instructor calls it, else the name of the folder or notebook
 * @param program the version of kubelab
 * @param commit of the course that graded, as Git names it
 * @param kubernetes the version of the cluster, as in {@code v1.34.4}
 */
public record Origin(String submission, String program, String commit, String kubernetes) {
    public static final Origin UNKNOWN = new Origin("", "", "", "");

    /** @param root the course's folder */
    static Origin of(Path root, String submission, String kubernetes) {
        String version = Origin.class.getPackage().getImplementationVersion();
        return new Origin(submission, version == null ? "development" : version, commit(root), kubernetes);
    }

    private static String commit(Path root) {
        try {
            Path git = root.resolve(".git");
            if (Files.isRegularFile(git)) { // a further working tree
                git = root.resolve(
                        Files.readString(git).replaceFirst("^gitdir: ", "").strip());
            }
            String head = Files.readString(git.resolve("HEAD")).strip();
            if (!head.startsWith("ref: ")) {
                return head;
            }
            String name = head.substring("ref: ".length());
            Path shared = git.resolve("commondir");
            Path common = Files.isRegularFile(shared)
                    ? git.resolve(Files.readString(shared).strip())
                    : git;
            Path ref = common.resolve(name);
            return Files.isRegularFile(ref)
                    ? Files.readString(ref).strip()
                    : packed(common, name).orElse("");
        } catch (IOException e) {
            return ""; // no clone, but an archive of one
        }
    }

    private static Optional<String> packed(Path git, String name) throws IOException {
        return Files.readAllLines(git.resolve("packed-refs")).stream()
                .filter(line -> line.endsWith(" " + name))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst();
    }
}
