package kubelab.grader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What many gradings of the same answers gave: whether a verdict or a feedback ever changed, and how long they took. */
final class Flakiness {
    private static final int SLOWEST = 5;

    private final long began = System.nanoTime();
    private final ProcessorTime processor = ProcessorTime.now();
    private final Map<String, List<Grading>> byCase = new LinkedHashMap<>();

    private record Grading(String verdict, String feedback, Duration took) {}

    /** @param feedback as the learner reads it, or what stands for it where it may differ */
    synchronized void add(Cases one, ExerciseResult result, String feedback) {
        String verdict = result.outcome() + " " + result.points();
        byCase.computeIfAbsent(one.toString(), c -> new ArrayList<>())
                .add(new Grading(verdict, feedback, result.took()));
    }

    /** Cases whose verdict or feedback was not the same each time, with what was seen. */
    synchronized List<String> changes() {
        List<String> changes = new ArrayList<>();
        byCase.forEach((name, gradings) -> {
            Set<String> verdicts =
                    gradings.stream().map(Grading::verdict).collect(Collectors.toCollection(TreeSet::new));
            long feedbacks = gradings.stream().map(Grading::feedback).distinct().count();
            if (verdicts.size() > 1 || feedbacks > 1) {
                changes.add(name + ": " + String.join(" or ", verdicts) + ", " + feedbacks + " feedbacks");
            }
        });
        return changes;
    }

    synchronized String summary() {
        List<Duration> times = byCase.values().stream()
                .flatMap(List::stream)
                .map(Grading::took)
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return "nothing was graded";
        }
        StringBuilder text = new StringBuilder();
        int runs = byCase.values().stream().mapToInt(List::size).max().orElse(0);
        text.append(String.format(
                Locale.ROOT,
                "%d answers, %d runs, %d gradings in %.0f s%n",
                byCase.size(),
                runs,
                times.size(),
                (System.nanoTime() - began) / 1e9));
        List<String> changes = changes();
        text.append("changed verdicts or feedback: ").append(changes.size()).append('\n');
        changes.forEach(change -> text.append("  ").append(change).append('\n'));
        text.append(String.format(
                Locale.ROOT,
                "time of a grading: p50 %.1f s, p95 %.1f s%n",
                seconds(times.get(times.size() / 2)),
                seconds(times.get(times.size() * 95 / 100))));
        ProcessorTime used = ProcessorTime.now().since(processor);
        text.append(String.format(
                Locale.ROOT,
                "processor time of a grading: %.2f s here, %.2f s in ended processes%n",
                used.own() / times.size(),
                used.ended() / times.size()));
        text.append("slowest (longest of all runs):\n");
        byCase.entrySet().stream()
                .map(e -> Map.entry(
                        e.getKey(),
                        e.getValue().stream()
                                .map(Grading::took)
                                .max(Comparator.naturalOrder())
                                .orElse(Duration.ZERO)))
                .sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
                .limit(SLOWEST)
                .forEach(e ->
                        text.append(String.format(Locale.ROOT, "  %.1f s  %s%n", seconds(e.getValue()), e.getKey())));
        return text.toString();
    }

    /** Prints the summary, and leaves it in the module's target folder. */
    void write(String file) {
        System.out.print(summary());
        try {
            Files.writeString(Files.createDirectories(Path.of("target")).resolve(file), summary());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
