package kubelab.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "list", header = "List the exercises and your best results.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    private String format;

    @Override
    public Integer call() {
        Progress progress = Progress.open(Workspace.home().path());
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Exercise> exercises = Kubelab.course().exercises();
        for (Exercise e : exercises) {
            Optional<Progress.Entry> best = best(progress, e);
            if (format.equals("json")) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("id", e.id());
                row.put("title", e.title());
                row.put("chapter", e.topic());
                row.put("form", e.form().word());
                row.put("points", e.points());
                row.put("minutes", e.minutes());
                row.put("file", "labs/src/main/java/" + e.sourceFile());
                best.ifPresent(
                        b -> row.put("best", Map.of("points", b.points(), "by", b.by(), "outcome", b.outcome())));
                rows.add(row);
            } else {
                System.out.printf(
                        "%-2s %-11s %-46s %-9s %3d min  %s%n",
                        best.map(b -> b.outcome().equals("PASS") ? "✔" : "◐").orElse("·"),
                        e.id(),
                        e.title(),
                        e.form().word(),
                        e.minutes(),
                        best.map(b -> b.points() + " of " + b.maxPoints() + " points (" + b.by() + ")")
                                .orElse("not begun"));
            }
        }
        if (!format.equals("json")) {
            exercises.stream()
                    .filter(e -> !solved(progress, e))
                    .min(Comparator.comparingInt(e -> rank(progress, exercises, e)))
                    .ifPresent(e -> Terminal.next("./kubelab explain " + e.id()));
        }
        if (format.equals("json")) {
            System.out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        }
        return 0;
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
