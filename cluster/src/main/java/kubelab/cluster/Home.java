package kubelab.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the program keeps what outlives a command (which background cluster runs, its kubeconfig and log). Only its
 * user can read it: the kubeconfig in it is an administrator's.
 */
public record Home(Path path) {
    /** {@code KUBELAB_HOME}, else the user's state folder ({@code ~/.local/state/kubelab}). */
    public static Home ofUser() {
        return new Home(Settings.value("kubelab.home", "KUBELAB_HOME")
                .map(Path::of)
                .orElseGet(Home::stateFolder)
                .toAbsolutePath());
    }

    private static Path stateFolder() {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            return Path.of(
                    Optional.ofNullable(System.getenv("LOCALAPPDATA")).orElse(System.getProperty("user.home")),
                    "kubelab");
        }
        return Optional.ofNullable(System.getenv("XDG_STATE_HOME"))
                .filter(s -> !s.isBlank())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".local", "state"))
                .resolve("kubelab");
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /** Makes the folder, 0700. */
    void create() throws IOException {
        Files.createDirectories(path);
        restrict(path, "rwx------");
    }

    /** Writes a file, 0600, so that a reader sees the old text or the new one and never half of it. */
    public void write(String name, String text) throws IOException {
        create();
        Path half = Files.createTempFile(path, name, ".new"); // made 0600 where the file system has permissions
        try {
            Files.writeString(half, text);
            restrict(half, "rw-------");
            Files.move(half, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private static void restrict(Path path, String permissions) throws IOException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (UnsupportedOperationException e) {
            // Windows: the user's own folder is private already
        }
    }
}
