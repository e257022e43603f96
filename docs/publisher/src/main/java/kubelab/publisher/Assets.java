package kubelab.publisher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Files that slides need beside them, carried in this module's resources. */
final class Assets {
    static final List<String> SLIDES = List.of(
            "reveal/LICENSE",
            "reveal/dist/reset.css",
            "reveal/dist/reveal.css",
            "reveal/dist/reveal.js",
            "reveal/dist/theme/kubelab.css",
            "reveal/plugin/notes/notes.js",
            "reveal/plugin/zoom/zoom.js");

    private Assets() {}

    static String text(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("not in the publisher's resources: " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    static void copy(String name, Path folder) {
        Path target = folder.resolve(name);
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("not in the publisher's resources: " + name);
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }
}
