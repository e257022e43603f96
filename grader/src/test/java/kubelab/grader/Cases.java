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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * {@code src/test/answers/ID.yaml}. An exercise whose criteria are in its check still has its wrong ones under
 * {@code src/test/answers/ID/NAME/}: such a one states its score in its first line, {@code // 3 of 10: why}, and has its
 * feedback in {@code feedback.txt} beside it.
 */
record Cases(Exercise exercise, String name, Path folder, int points) {
    static final Path ROOT =
            Path.of(System.getProperty("kubelab.root", "..")).toAbsolutePath().normalize();
    private static final Path ANSWERS = Path.of("src/test/answers").toAbsolutePath();
    private static final AnswerCompiler COMPILER = new AnswerCompiler(ROOT, AnswerClassPath.find());
    private static final Pattern SCORE = Pattern.compile("^// (\\d+) of (\\d+): .+");

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
            all.addAll(exercise.isData() ? answers(exercise, target) : wrong(exercise));
        }
        String only = System.getProperty("case", "");
        return all.stream().filter(c -> c.toString().contains(only)).toList();
    }

    /** Right and wrong ones, each written into a folder of its own. */
    static List<Cases> answers(Exercise exercise, Path target) throws IOException {
        List<Cases> all = new ArrayList<>();
        for (ExerciseAnswer answer : ExerciseAnswer.read(ROOT, exercise)) {
            all.add(written(exercise, answer.name(), target, answer.render(source(exercise)), answer.points()));
        }
        return all;
    }

    private static List<Cases> wrong(Exercise exercise) throws IOException {
        List<Cases> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(ANSWERS.resolve(exercise.id()))) {
            for (Path folder : folders.sorted().toList()) {
                String first = Files.readAllLines(folder.resolve(exercise.simpleName() + ".java"))
                        .get(0);
                Matcher score = SCORE.matcher(first);
                if (!score.matches() || Integer.parseInt(score.group(2)) != exercise.points()) {
                    throw new IllegalStateException(
                            folder + ": the first line must be \"// N of " + exercise.points() + ": why\"");
                }
                all.add(new Cases(exercise, folder.getFileName().toString(), folder, Integer.parseInt(score.group(1))));
            }
        }
        return all;
    }

    static Cases solution(Exercise exercise) {
        return new Cases(exercise, "solution", ROOT.resolve("solutions"), exercise.points());
    }

    /** What a learner starts from, made from the solution as the publisher makes labs/. */
    static Cases starter(Exercise exercise, Path target) throws IOException {
        return written(exercise, "starter", target, source(exercise).starter(exercise.id()), 0);
    }

    private static SolutionSource source(Exercise exercise) throws IOException {
        Path source = ROOT.resolve("solutions/src/main/java").resolve(exercise.sourceFile());
        return new SolutionSource(exercise.sourceFile(), Files.readString(source));
    }

    private static Cases written(Exercise exercise, String name, Path target, String text, int points)
            throws IOException {
        Path file = target.resolve(exercise.id()).resolve(name).resolve(exercise.simpleName() + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return new Cases(exercise, name, file.getParent(), points);
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

    /** Right answers and the starter have none. */
    boolean hasGolden() {
        return !isRight() && !name.equals("starter");
    }

    /** The feedback that it must get; empty if none is recorded. */
    String golden() throws IOException {
        if (exercise.isData()) {
            return AnswerFeedback.read(AnswerFeedback.file(ROOT, exercise)).getOrDefault(name, "");
        }
        Path file = folder.resolve("feedback.txt");
        return Files.isRegularFile(file) ? Files.readString(file) : "";
    }

    /** Records the feedback; sections of answers that are no more go. */
    void record(String feedback) throws IOException {
        if (!exercise.isData()) {
            Files.writeString(folder.resolve("feedback.txt"), feedback);
            return;
        }
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
