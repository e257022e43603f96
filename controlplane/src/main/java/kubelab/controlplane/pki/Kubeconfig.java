package kubelab.controlplane.pki;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/** A kubeconfig with one cluster, one user and one context, all of the same name. */
public final class Kubeconfig {
    private Kubeconfig() {}

    public static String text(String name, String server, String caPem, CertificateAuthority.Identity user) {
        return String.join(
                "\n",
                "apiVersion: v1",
                "kind: Config",
                "clusters:",
                "- cluster:",
                "    certificate-authority-data: " + base64(caPem),
                "    server: " + server,
                "  name: " + name,
                "contexts:",
                "- context:",
                "    cluster: " + name,
                "    user: " + name,
                "  name: " + name,
                "current-context: " + name,
                "preferences: {}",
                "users:",
                "- name: " + name,
                "  user:",
                "    client-certificate-data: " + base64(user.certificatePem()),
                "    client-key-data: " + base64(user.ecKeyPem()),
                "");
    }

    /** Writes the file so that only its owner may ever read it (0600), all at once. */
    public static void write(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        Files.deleteIfExists(fresh);
        try (var channel = Files.newByteChannel(
                        fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
                OutputStream out = java.nio.channels.Channels.newOutputStream(channel)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
