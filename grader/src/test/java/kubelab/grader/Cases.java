package kubelab.grader;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.course.AnswerFeedback;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.course.ExerciseAnswer;
import kubelab.course.SolutionSource;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.answer.AnswerProblem;

/**
 * The answers that every exercise is proven with: its solution, its starter, and those of
 * {@code src/test/answers/ID.yaml}.
 */
record Cases(Exercise exercise, String name, Path folder, int points, Optional<ExerciseAnswer> answer) {
    static final Path ROOT =
            Path.of(System.getProperty("kubelab.root", "..")).toAbsolutePath().normalize();
    private static final AnswerCompiler COMPILER = new AnswerCompiler(ROOT, AnswerClassPath.find());

    /**
     * All of them, or those whose name starts as {@code -Dcase} says.
     *
     * @param target an empty folder for what is made of the solutions
     */
    static List<Cases> all(Course course, Path target) throws IOException {
        List<Cases> all = new ArrayList<>();
        for (Exercise exercise : course.exercises()) {
            all.add(solution(exercise));
            all.add(starter(exercise, target));
            all.addAll(answers(exercise, target));
        }
        String only = System.getProperty("case", "");
        return all.stream().filter(c -> c.toString().contains(only)).toList();
    }

    /** Right and wrong ones, each written into a folder of its own. */
    static List<Cases> answers(Exercise exercise, Path target) throws IOException {
        List<Cases> all = new ArrayList<>();
        for (ExerciseAnswer answer : ExerciseAnswer.read(ROOT, exercise)) {
            Path folder = written(exercise, answer.name(), target, answer.render(source(exercise)));
            all.add(new Cases(exercise, answer.name(), folder, answer.points(), Optional.of(answer)));
        }
        return all;
    }

    static Cases solution(Exercise exercise) {
        return new Cases(exercise, "solution", ROOT.resolve("solutions"), exercise.points(), Optional.empty());
    }

    /** What a learner starts from, made from the solution as the publisher makes labs/. */
    static Cases starter(Exercise exercise, Path target) throws IOException {
        Path folder = written(exercise, "starter", target, source(exercise).starter(exercise.id()));
        return new Cases(exercise, "starter", folder, 0, Optional.empty());
    }

    private static SolutionSource source(Exercise exercise) throws IOException {
        Path source = ROOT.resolve("solutions/src/main/java").resolve(exercise.sourceFile());
        return new SolutionSource(exercise.sourceFile(), Files.readString(source));
    }

    private static Path written(Exercise exercise, String name, Path target, String text) throws IOException {
        Path file = target.resolve(exercise.id()).resolve(name).resolve(exercise.simpleName() + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file.getParent();
    }

    /** Its classes, where it has any. */
    Answers compiledOnce() {
        try {
            Path target = Files.createTempDirectory("kubelab-compiled-");
            COMPILER.compile(new Answers.Folder(folder), exercise, target);
            return classes(target);
        } catch (AnswerProblem e) {
            return new Answers.Folder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answers classes(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            Map<String, byte[]> classes = new HashMap<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = target.relativize(file).toString().replaceFirst("\\.class$", "");
                classes.put(name.replace(File.separatorChar, '.'), Files.readAllBytes(file));
            }
            return new Answers.Classes(exercise.className(), classes);
        }
    }

    boolean isRight() {
        return points == exercise.points();
    }

    /** The answer that breaks something and says what; neither the starter nor a right one. */
    Optional<ExerciseAnswer> wrong() {
        return answer.filter(a -> !a.isRight());
    }

    /** The feedback that it must get; empty if none is recorded. */
    String golden() {
        return AnswerFeedback.read(AnswerFeedback.file(ROOT, exercise)).getOrDefault(name, "");
    }

    /** Records the feedback; sections of answers that are no more go. */
    void record(String feedback) {
        Path file = AnswerFeedback.file(ROOT, exercise);
        Map<String, String> before = AnswerFeedback.read(file);
        before.put(name, feedback);
        Map<String, String> now = new LinkedHashMap<>();
        for (ExerciseAnswer answer : ExerciseAnswer.read(ROOT, exercise)) {
            if (!answer.isRight() && before.containsKey(answer.name())) {
                now.put(answer.name(), before.get(answer.name()));
            }
        }
        AnswerFeedback.write(file, now);
    }

    @Override
    public String toString() {
        return exercise.id() + " " + name;
    }
}
