package kubelab.app.answers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.app.console.Console;
import kubelab.grader.Answers;
import kubelab.grader.CriterionResult;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import org.jspecify.annotations.Nullable;

/**
 * {@code check --watch}: grades what was saved, shows it on a clear screen with what has changed since the last time, and
 * waits for the next save; until Ctrl-C. The process for the next answer is started while nobody waits.
 */
public final class WatchLoop {
    private final Grader grader;
    private final Answers answers;
    private final SavedAnswers saved;
    private final Writer writer;
    private final Console console;
    private final Map<String, ExerciseResult> last = new HashMap<>();

    /** Shows a report. */
    public interface Writer {
        void write(Report report) throws IOException;
    }

    public WatchLoop(Grader grader, Answers answers, SavedAnswers saved, Writer writer, Console console) {
        this.grader = grader;
        this.answers = answers;
        this.saved = saved;
        this.writer = writer;
        this.console = console;
    }

    public void run(List<ExerciseResult> first) throws InterruptedException, IOException {
        // Ctrl-C runs no finally: what lives in the cluster for us goes here
        Thread end = new Thread(grader::close, "watch-end");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            loop(first);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(end);
            } catch (IllegalStateException e) {
                // it runs already
            }
        }
    }

    private void loop(List<ExerciseResult> first) throws InterruptedException, IOException {
        first.forEach(result -> last.put(result.exercise().id(), result));
        while (true) {
            grader.standBy();
            console.say("Watching " + answers.describe() + "; save a file to grade it, Ctrl-C to stop.");
            List<String> ids = saved.await();
            console.clear();
            console.say("Saved: " + String.join(", ", ids));
            Report report = grader.check(ids, answers);
            console.endProgress();
            writer.write(report);
            for (ExerciseResult result : report.results()) {
                ExerciseResult before = last.put(result.exercise().id(), result);
                changes(before, result).forEach(console::say);
            }
        }
    }

    /** What is better or worse than the last time, a line each. */
    static List<String> changes(@Nullable ExerciseResult before, ExerciseResult now) {
        if (before == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        String id = now.exercise().id();
        if (before.points() != now.points()) {
            lines.add(id + ": " + before.points() + " → " + now.points() + " of " + now.maxPoints() + " points");
        } else if (before.outcome() == now.outcome()) {
            lines.add(id + ": as before, " + now.points() + " of " + now.maxPoints() + " points");
        } else {
            lines.add(id + ": " + before.outcome() + " → " + now.outcome());
        }
        for (CriterionResult criterion : now.criteria()) {
            boolean passes = criterion.state() == CriterionResult.State.PASSED;
            boolean passed = before.criteria().stream()
                    .anyMatch(c -> c.id().equals(criterion.id()) && c.state() == CriterionResult.State.PASSED);
            boolean tried = criterion.state() != CriterionResult.State.NOT_TRIED;
            if (passes && !passed) {
                lines.add("  + " + criterion.title());
            } else if (passed && !passes && tried) {
                lines.add("  - " + criterion.title());
            }
        }
        return lines;
    }
}
