package kubelab.grader.answer;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.labkit.StateExercise;

/**
 * What an answer may see besides the JDK: labkit, and the Kubernetes client with what it needs. Picked by name out of
 * the class path that the grader itself runs on; labkit's build writes the list of names.
 */
public final class AnswerClassPath {
    private AnswerClassPath() {}

    public static List<Path> find() {
        Set<String> wanted = names();
        Path labkit = codeSource();
        List<Path> found = new ArrayList<>();
        found.add(labkit);
        for (Path entry : candidates(labkit)) {
            if (wanted.contains(artifact(String.valueOf(entry.getFileName()))) && !found.contains(entry)) {
                found.add(entry);
            }
        }
        return List.copyOf(found);
    }

    public static String join(List<Path> path) {
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The class path, and the folder beside labkit's jar: under a notebook's kernel java.class.path holds the kernel only. */
    private static List<Path> candidates(Path labkit) {
        List<Path> all = new ArrayList<>();
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .forEach(all::add);
        Path folder = labkit.getParent();
        if (Files.isRegularFile(labkit) && folder != null) {
            try (var jars = Files.list(folder)) {
                jars.sorted().forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    private static Path codeSource() {
        try {
            return Path.of(StateExercise.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the version: Maven may have settled on another one for the grader than for labkit alone. */
    private static String artifact(String jar) {
        return jar.replaceFirst("-\\d[^/]*$", "");
    }

    private static Set<String> names() {
        try (InputStream in = StateExercise.class.getResourceAsStream("answer.classpath")) {
            if (in == null) {
                throw new IllegalStateException("labkit lacks kubelab/labkit/answer.classpath, which its Maven build"
                        + " writes: run ./mvnw -pl labkit process-resources");
            }
            String list = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            return Arrays.stream(list.split(":"))
                    .map(entry -> artifact(entry.substring(entry.lastIndexOf('/') + 1)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
