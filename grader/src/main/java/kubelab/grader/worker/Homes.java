package kubelab.grader.worker;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * The folders in which answers run, each with its account's kubeconfig. Each lies in a folder that may be entered and not
 * listed, and has a name that cannot be guessed, so that an answer does not come across another one's.
 */
final class Homes {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private Homes() {}

    static Path create() throws IOException {
        if (!POSIX) {
            return Files.createTempDirectory("kubelab-answer-");
        }
        Path outer = Files.createTempDirectory("kubelab-answer-");
        Path home = Files.createDirectory(
                outer.resolve(UUID.randomUUID().toString()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(outer, PosixFilePermissions.fromString("-wx------"));
        return home;
    }

    /** The folder that is to be removed with a home, if there is one. */
    static void forget(Path home) throws IOException {
        if (POSIX) {
            Files.deleteIfExists(home.getParent());
        }
    }
}
