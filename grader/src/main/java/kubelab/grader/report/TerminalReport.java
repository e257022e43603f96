package kubelab.grader.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kubelab.course.Exercise;
import kubelab.course.ExerciseRange;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import kubelab.grader.Report;

/** The report for a person at a terminal: what holds, what does not and how to see it, and what to do next. */
public final class TerminalReport {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    /** How {@link kubelab.grader.Answers.State} describes itself. */
    private static final String BY_HAND = "namespace ";

    private static final int LONGEST_LINE = 300;

    private static final String PLAIN = "\u001b[0m";

    private final boolean colour;

    /**
     * @param colour only where a terminal shows it
     */
    public TerminalReport(boolean colour) {
        this.colour = colour;
    }

    public void write(Report report, PrintStream out) {
        List<String> left = new ArrayList<>();
        for (ExerciseResult result : report.results()) {
            if (result.outcome() == Outcome.NOT_BEGUN) {
                left.add(result.exercise().id());
                continue;
            }
            write(result, out);
            out.println();
        }
        if (!left.isEmpty()) {
            out.println("Not begun: " + ExerciseRange.of(left));
            out.println();
        }
        long passed = report.count(Outcome.PASS);
        out.printf(
                Locale.ROOT,
                "%d of %d passed, %d of %d points (%s, %s, level %s, seed %d, %.1f s)%n",
                passed,
                report.results().size(),
                report.points(),
                report.maxPoints(),
                report.answers(),
                report.provider(),
                report.level(),
                report.seed(),
                report.took().toMillis() / 1000.0);
        if (report.results().stream().anyMatch(r -> isGone(report, r))) {
            out.println("The namespaces named above went with their cluster. To look into them:"
                    + "  eval \"$(./kubelab up)\"  and check again.");
        }
        next(report).ifPresent(line -> out.println(paint(BOLD, line)));
    }

    /** One exercise. Also the text of the golden feedback. */
    public void write(ExerciseResult result, PrintStream out) {
        out.println(
                paint(BOLD, result.exercise().id() + "  " + result.exercise().title()) + "  "
                        + paint(tone(result.outcome()), result.outcome().words()) + "  " + result.points() + " of "
                        + result.maxPoints() + " points");
        if (!result.message().isEmpty()) {
            result.message().lines().forEach(line -> out.println("  " + line));
        }
        boolean tried = result.criteria().stream().anyMatch(c -> c.state() != State.NOT_TRIED);
        if (tried) {
            result.criteria().forEach(c -> write(result, c, out));
        }
        if (!result.output().isEmpty() && result.outcome() != Outcome.PASS) {
            out.println("  It printed:");
            result.output().lines().limit(12).forEach(line -> out.println("    " + brief(line)));
        }
        if (!result.debrief().isEmpty()) {
            out.println("  What happened:");
            result.debrief().lines().forEach(line -> out.println("    " + line));
        }
        if (result.kept()) {
            out.println(paint(
                    DIM,
                    "  The namespace " + result.namespace() + " stays for you to look at until you check "
                            + result.exercise().id() + " again."));
        }
        if (!tried && result.outcome() == Outcome.FAIL) {
            out.println("  A first step: ./kubelab hint " + result.exercise().id());
        }
    }

    /** A client's exceptions carry a dump of what the API server answered, whose words they repeat. */
    private static String brief(String line) {
        String told = line.replaceFirst(" Received status: Status\\(.*", "");
        return told.length() <= LONGEST_LINE ? told : told.substring(0, LONGEST_LINE) + " …";
    }

    private void write(ExerciseResult result, CriterionResult c, PrintStream out) {
        // what the starter has already must still hold, but earns nothing
        String points = c.maxPoints() == 0 ? "" : "  " + c.points() + "/" + c.maxPoints();
        switch (c.state()) {
            case PASSED -> {
                out.println("  " + paint(GREEN, "✓ ") + c.title() + paint(DIM, points));
                if (!c.observed().isEmpty()) {
                    out.println(paint(DIM, "      " + c.observed()));
                }
            }
            case NOT_TRIED -> out.println(paint(DIM, "  · " + c.title() + points + "  " + c.observed()));
            case ERROR -> {
                out.println("  " + paint(YELLOW, "! ") + c.title() + points);
                out.println("      " + c.observed());
            }
            default -> {
                out.println("  " + paint(RED, "✗ ") + c.title() + points);
                out.println("      expected  " + c.expected());
                out.println("      observed  " + c.observed());
                if (!c.command().isEmpty()) {
                    out.println("      see       " + command(result, c));
                }
                if (c.hint() > 0) {
                    out.println("      help      ./kubelab hint "
                            + result.exercise().id() + " " + c.hint());
                }
            }
        }
    }

    private static boolean isByHand(Report report) {
        return report.answers().startsWith(BY_HAND);
    }

    /** Whether commands were shown for a namespace that is there no more, and would be on a cluster that stays. */
    private static boolean isGone(Report report, ExerciseResult result) {
        return !isByHand(report)
                && !result.kept()
                && result.exercise().cluster() == Exercise.Sharing.SHARED
                && result.criteria().stream()
                        .anyMatch(c -> c.state() == State.FAILED && !c.command().isEmpty());
    }

    static String command(ExerciseResult result, CriterionResult criterion) {
        return "kubectl -n " + result.namespace() + " " + criterion.command();
    }

    /** What to do next, and in which file. */
    private Optional<String> next(Report report) {
        Optional<ExerciseResult> open = NextStep.of(report.results());
        if (open.isPresent()) {
            String id = open.get().exercise().id();
            if (HtmlReport.fromCell(report)) {
                return Optional.of("Next: change your cell, run it, and run this one again.");
            }
            if (HtmlReport.fromSavedNotebook(report)) {
                return Optional.of("Next: change the cell of " + id + " in " + report.answers()
                        + ", save it, then ./kubelab check " + id + " --answers " + report.answers()
                        + "  (the task: ./kubelab explain " + id + ")");
            }
            if (isByHand(report)) {
                String namespace = report.answers().substring(BY_HAND.length());
                return Optional.of("Next: change it in the namespace " + namespace + ", then ./kubelab check " + id
                        + " --namespace " + namespace + "  (the task: ./kubelab explain " + id + ")");
            }
            String edit = NextStep.namesFile(report) ? "edit " + open.get().file() + ", then " : "";
            return Optional.of(
                    "Next: " + edit + NextStep.again(report, id) + "  (the task: ./kubelab explain " + id + ")");
        }
        return report.count(Outcome.PASS) == report.results().size()
                ? Optional.of("All passed. Next: ./kubelab list")
                : Optional.empty();
    }

    private static String tone(Outcome outcome) {
        return switch (outcome) {
            case PASS -> GREEN;
            case FAIL, TIMEOUT -> RED;
            case NOT_BEGUN -> DIM;
            case SKIPPED, UNGRADABLE -> YELLOW;
        };
    }

    private String paint(String tone, String text) {
        return colour ? tone + text + PLAIN : text;
    }
}
