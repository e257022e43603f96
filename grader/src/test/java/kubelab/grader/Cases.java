package kubelab.grader;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.answer.AnswerProblem;

/**
 * The answers that every exercise is proven with: its solution, its starter, and the wrong ones under
 * {@code src/test/answers/ID/NAME/}. A wrong answer states its score in its first line, {@code // 3 of 10: why}; the
 * feedback it must get is in {@code feedback.txt} beside it.
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
     * @param starters an empty folder for the starters
     */
    static List<Cases> all(Course course, Path starters) throws IOException {
        List<Cases> all = new ArrayList<>();
        for (Exercise exercise : course.exercises()) {
            all.add(solution(exercise));
            all.add(starter(exercise, starters));
            all.addAll(wrong(exercise));
        }
        String only = System.getProperty("case", "");
        return all.stream().filter(c -> c.toString().contains(only)).toList();
    }

    static List<Cases> wrong(Exercise exercise) throws IOException {
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
        Path source = ROOT.resolve("solutions/src/main/java").resolve(exercise.sourceFile());
        List<String> starter = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(source)) {
            if (line.strip().equals("// tag::solution[]")) {
                inside = true;
            } else if (line.strip().equals("// end::solution[]")) {
                inside = false;
            } else if (!inside) {
                starter.add(line);
            } else if (line.strip().startsWith("// starter: ")) {
                starter.add(line.strip().substring("// starter: ".length()));
            }
        }
        Path file = target.resolve(exercise.id()).resolve(exercise.simpleName() + ".java");
        Files.createDirectories(file.getParent());
        Files.write(file, starter);
        return new Cases(exercise, "starter", file.getParent(), 0);
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

    /** Solution and starter have none. */
    boolean hasGolden() {
        return !name.equals("solution") && !name.equals("starter");
    }

    Path golden() {
        return folder.resolve("feedback.txt");
    }

    @Override
    public String toString() {
        return exercise.id() + " " + name;
    }
}
