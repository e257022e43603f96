package kubelab.publisher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code docs/generated.sha256}: the hash of every generated file as the publisher last wrote it, in the form of {@code
 * sha256sum -c}. It tells a file that a learner has edited from one that is stale.
 */
final class Manifest {
    static final String FILE = "docs/generated.sha256";

    private final Map<String, String> hashes = new TreeMap<>();

    static Manifest read(Path root) {
        Manifest manifest = new Manifest();
        Path file = root.resolve(FILE);
        if (!Files.exists(file)) return manifest;
        for (String line : Sources.read(file).lines().toList()) {
            String[] parts = line.split("  ", 2);
            if (parts.length == 2) manifest.hashes.put(parts[1], parts[0]);
        }
        return manifest;
    }

    static Manifest of(Map<String, String> files) {
        Manifest manifest = new Manifest();
        files.forEach((path, content) -> manifest.hashes.put(path, hash(content)));
        return manifest;
    }

    void write(Path root) {
        StringBuilder text = new StringBuilder();
        hashes.forEach(
                (path, hash) -> text.append(hash).append("  ").append(path).append('\n'));
        try {
            Files.writeString(root.resolve(FILE), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + FILE, e);
        }
    }

    Map<String, String> hashes() {
        return hashes;
    }

    /** Whether this content is what the publisher wrote to that path. */
    boolean wrote(String path, String content) {
        return hash(content).equals(hashes.get(path));
    }

    static String hash(String content) {
        try {
            // A checkout on Windows may have other line ends; they are no edit.
            byte[] bytes = content.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
