package kubelab.app.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kubelab.app.answers.Starters;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.Workspace;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "list", header = "List the exercises and your best results.", mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {
    /** What a table needs. */
    private static final int TABLE = 110;

    @Parameters(arity = "0..*", paramLabel = "EXERCISE", description = "As in pods-1, or a chapter as in pods.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    private String format;

    @Override
    public Integer call() {
        Progress progress = Progress.open(Workspace.home().path());
        List<Exercise> exercises = Workspace.exercises(names);
        if (format.equals("json")) {
            List<Map<String, Object>> rows =
                    exercises.stream().map(e -> row(e, best(progress, e))).toList();
            System.out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
            return 0;
        }
        int columns = Terminal.console().columns();
        System.out.print(text(exercises, e -> best(progress, e), columns == 0 ? TABLE : columns));
        List<Exercise> all = Workspace.exercises(List.of());
        exercises.stream()
                .filter(e -> !solved(progress, e))
                .min(Comparator.comparingInt(e -> rank(progress, all, e)))
                .ifPresent(e -> Terminal.next("./kubelab explain " + e.id()));
        return 0;
    }

    private static Map<String, Object> row(Exercise e, Optional<Progress.Entry> best) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", e.id());
        row.put("title", e.title());
        row.put("chapter", e.topic());
        row.put("form", form(e));
        row.put("points", e.points());
        row.put("minutes", e.minutes());
        row.put("file", "labs/src/main/java/" + e.sourceFile());
        best.ifPresent(b -> row.put("best", Map.of("points", b.points(), "by", b.by(), "outcome", b.outcome())));
        return row;
    }

    /** A line each where there is room for a table, else two. */
    static String text(List<Exercise> exercises, Function<Exercise, Optional<Progress.Entry>> results, int columns) {
        StringBuilder lines = new StringBuilder();
        for (Exercise e : exercises) {
            Optional<Progress.Entry> best = results.apply(e);
            String mark = best.map(b -> b.outcome().equals("PASS") ? "✔" : "◐").orElse("·");
            String state = best.map(b -> b.points() + " of " + b.maxPoints() + " points (" + b.by() + ")")
                    .orElse("not begun");
            lines.append(
                    columns < TABLE
                            ? String.format(
                                    "%s %s: %s%n    %s, %d min, %s%n",
                                    mark, e.id(), e.title(), form(e), e.minutes(), state)
                            : String.format(
                                    "%-2s %-11s %-46s %-9s %3d min  %s%n",
                                    mark, e.id(), e.title(), form(e), e.minutes(), state));
        }
        return lines.toString();
    }

    private static String form(Exercise exercise) {
        return exercise.form().word();
    }

    /** The best result; none for a starter that was checked by its name. */
    private static Optional<Progress.Entry> best(Progress progress, Exercise exercise) {
        Path root = Workspace.root();
        return progress.best(exercise.id())
                .filter(b -> b.points() > 0
                        || !b.by().equals("labs")
                        || !Starters.untouched(root, Answers.parse(root, "labs"), exercise));
    }

    /** What was begun comes first, then the chapter of which something is solved, then what is short. */
    private static int rank(Progress progress, List<Exercise> exercises, Exercise exercise) {
        if (best(progress, exercise).isPresent()) {
            return 0;
        }
        boolean chapter = exercises.stream()
                .filter(e -> e.topic().equals(exercise.topic()))
                .anyMatch(e -> solved(progress, e));
        return chapter ? 1 : 1 + exercise.minutes();
    }

    private static boolean solved(Progress progress, Exercise exercise) {
        return progress.best(exercise.id())
                .filter(b -> b.outcome().equals("PASS"))
                .isPresent();
    }
}
