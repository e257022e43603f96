package kubelab.publisher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kubelab.course.Chapter;
import kubelab.course.Claim;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.course.ExerciseId;
import kubelab.course.SolutionSource;
import kubelab.course.Term;

/** What is authored: chapters, claims, exercises and their Java files, found below the project's root. */
final class Sources {
    private final Path root;
    private final Course course;
    private final Map<String, Exercise> exercises = new LinkedHashMap<>();
    private final Map<String, Claim> claims = new LinkedHashMap<>();

    /** @throws kubelab.course.CourseException when a file of the course is wrong */
    Sources(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.course = Course.load(this.root);
        course.exercises().stream()
                .sorted(Comparator.comparing(e -> ExerciseId.of(e.id())))
                .forEach(e -> exercises.put(e.id(), e));
        course.claims().forEach(c -> claims.put(c.id(), c));
    }

    Path root() {
        return root;
    }

    Course course() {
        return course;
    }

    /** By id, sorted by topic and number. */
    Map<String, Exercise> exercises() {
        return exercises;
    }

    /** By id, in the order of their file. */
    Map<String, Claim> claims() {
        return claims;
    }

    List<Chapter> chapters() {
        return course.chapters();
    }

    /** The glossary's entry for a word in any of its forms. */
    Term term(String word) {
        return course.terms().stream()
                .filter(term -> term.isCalled(word))
                .findFirst()
                .orElseThrow(() -> new PublishException("term:[" + word + "]: docs/glossary.yaml has no such word"));
    }

    Path solutions() {
        return root.resolve("solutions/src/main/java");
    }

    SolutionSource solution(Exercise exercise) {
        return source(exercise.sourceFile(), "the class of " + exercise.id());
    }

    SolutionSource proof(Claim claim) {
        return source(claim.sourceFile(), "the proof of " + claim.id());
    }

    private SolutionSource source(String javaFile, String what) {
        Path file = solutions().resolve(javaFile);
        if (!Files.isRegularFile(file))
            throw new PublishException(relative(file) + ": missing: " + what + " is expected there");
        return new SolutionSource(relative(file), read(file));
    }

    String relative(Path file) {
        return root.relativize(file.toAbsolutePath().normalize()).toString().replace('\\', '/');
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** All regular files below a folder in a fixed order; none if there is no such folder. */
    static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
