package kubelab.app.course;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kubelab.app.console.Terminal;
import kubelab.app.notebook.CellResult;
import kubelab.app.notebook.NotebookResult;
import kubelab.course.Chapter;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import kubelab.grader.Report;
import kubelab.grader.claims.ClaimResult;
import kubelab.grader.report.Html;
import kubelab.grader.report.HtmlReport;
import kubelab.grader.report.NextStep;

/** What {@code course} found, for the terminal and as one HTML page that needs nothing else. */
public final class CourseReport {
    private CourseReport() {}

    /** One chapter. */
    public record Part(Chapter chapter, NotebookResult notebook, List<ClaimResult> claims, Optional<Report> exercises) {
        /** The notebook ran and every claim was proven. */
        public boolean sound() {
            return notebook.ok() && claims.stream().allMatch(ClaimResult::proven);
        }

        public boolean solved() {
            return exercises.map(r -> r.exitCode(false) == 0).orElse(true);
        }
    }

    public static void print(Part part, PrintStream out, boolean colour) {
        Terminal.endProgress();
        out.println();
        out.println(bold("Chapter " + part.chapter().id(), colour));
        NotebookResult notebook = part.notebook();
        out.printf(
                "  %s notebook: %d cells ran in %.1f s%n",
                mark(notebook.ok(), colour),
                notebook.cells().size(),
                notebook.took().toMillis() / 1000.0);
        if (!notebook.ended().isEmpty()) {
            out.println("      " + notebook.ended().replace("\n", "\n      "));
        }
        for (CellResult cell : notebook.broken()) {
            out.println("      cell " + cell.number() + " (" + cell.id() + "): "
                    + cell.error().replace("\n", "\n      "));
        }
        long proven = part.claims().stream().filter(ClaimResult::proven).count();
        out.printf(
                "  %s claims: %d of %d settled by a probe that can fail%n",
                mark(proven == part.claims().size(), colour),
                proven,
                part.claims().size());
        for (ClaimResult claim : part.claims()) {
            out.println("      " + mark(claim.proven(), colour) + " "
                    + claim.claim().id()
                    + (claim.proven() ? " shown: " + claim.claim().shown() : ": " + claim.summary()));
        }
        part.exercises().ifPresent(report -> {
            out.printf(
                    "  %s exercises: %d of %d solved, %d of %d points%n",
                    part.solved() ? mark(true, colour) : "◐",
                    report.count(Outcome.PASS),
                    report.results().size(),
                    report.points(),
                    report.maxPoints());
            for (ExerciseResult result : report.results()) {
                out.printf(
                        "      %s %-11s %-46s %s%n",
                        result.outcome() == Outcome.PASS ? mark(true, colour) : "·",
                        result.exercise().id(),
                        result.exercise().title(),
                        result.outcome() == Outcome.NOT_BEGUN
                                ? result.outcome().words()
                                : result.outcome() + ", " + result.points() + " of " + result.maxPoints());
            }
        });
    }

    /** What to do next, and in which file. */
    public static void last(List<Part> parts, Path report, double seconds, PrintStream out) {
        out.println();
        List<ExerciseResult> results = parts.stream()
                .flatMap(p -> p.exercises().stream())
                .flatMap(r -> r.results().stream())
                .toList();
        Optional<ExerciseResult> next = NextStep.of(results);
        if (next.isPresent()) {
            ExerciseResult r = next.get();
            String id = r.exercise().id();
            out.println("Next: " + id + ", " + r.exercise().title() + " (about "
                    + r.exercise().minutes() + " min)");
            out.println("  read   the chapter: ./kubelab handbook, or as a notebook: ./kubelab jupyter start "
                    + r.exercise().topic());
            out.println("  task   ./kubelab explain " + id);
            out.println("  edit   " + r.file());
            out.println("  check  ./kubelab check " + id + "   (with --watch: again whenever you save)");
        } else if (parts.stream().allMatch(Part::sound)
                && results.stream().allMatch(r -> r.outcome() == Outcome.PASS)) {
            out.println("All exercises are solved.");
        }
        out.println();
        out.printf("Report: %s (%.0f s in all)%n", report, seconds);
    }

    public static String page(List<Part> parts, String cluster) {
        StringBuilder html = new StringBuilder(Html.STYLE)
                .append("<div class=\"kubelab\">\n<p>on ")
                .append(Html.escape(cluster))
                .append("</p>");
        for (Part part : parts) {
            html.append("<h2>").append(Html.escape(part.chapter().id())).append("</h2>");
            html.append("<p>")
                    .append(badge(part.notebook().ok()))
                    .append(" Notebook: ")
                    .append(part.notebook().cells().size())
                    .append(" cells in ")
                    .append(part.notebook().took().toSeconds())
                    .append(" s</p>");
            if (!part.notebook().ended().isEmpty()) {
                html.append("<pre>")
                        .append(Html.escape(part.notebook().ended()))
                        .append("</pre>");
            }
            for (CellResult cell : part.notebook().broken()) {
                html.append("<pre>cell ")
                        .append(cell.number())
                        .append(" (")
                        .append(Html.escape(cell.id()))
                        .append("): ")
                        .append(Html.escape(cell.error()))
                        .append("</pre>");
            }
            html.append("<h3>Claims</h3><table><tr><th></th><th>claim</th><th>what was seen</th></tr>");
            for (ClaimResult claim : part.claims()) {
                html.append("<tr><td>")
                        .append(badge(claim.proven()))
                        .append("</td><td><b>")
                        .append(Html.escape(claim.claim().id()))
                        .append("</b> ")
                        .append(Html.escape(claim.claim().text()))
                        .append("<br><span class=\"kl-small\">verdict: ")
                        .append(claim.claim().verdict().words())
                        .append(
                                claim.claim().caveat().isEmpty()
                                        ? ""
                                        : ". " + Html.escape(claim.claim().caveat()))
                        .append("</span></td><td>")
                        .append(
                                claim.proven()
                                        ? "✔ shown: "
                                                + Html.escape(claim.claim().shown()) + "<br>"
                                        : "")
                        .append(Html.escape(claim.summary()))
                        .append("</td></tr>");
            }
            html.append("</table><h3>Exercises</h3>");
            part.exercises().ifPresent(r -> html.append(HtmlReport.fragment(r)));
        }
        return Html.page("kubelab course", html.append("</div>\n").toString());
    }

    private static String badge(boolean good) {
        return Html.chip(good ? "good" : "bad", good ? "✔" : "✘");
    }

    private static String mark(boolean good, boolean colour) {
        String mark = good ? "✔" : "✘";
        return colour ? "\u001b[" + (good ? "32" : "31") + "m" + mark + "\u001b[0m" : mark;
    }

    private static String bold(String text, boolean colour) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }
}
