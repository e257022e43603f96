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
        StringBuilder html = new StringBuilder(HEAD);
        html.append("<h1>kubelab course</h1><p class=\"sub\">on ")
                .append(escape(cluster))
                .append("</p>");
        for (Part part : parts) {
            html.append("<h2>").append(escape(part.chapter().id())).append("</h2>");
            html.append("<p>")
                    .append(badge(part.notebook().ok()))
                    .append(" Notebook: ")
                    .append(part.notebook().cells().size())
                    .append(" cells in ")
                    .append(part.notebook().took().toSeconds())
                    .append(" s</p>");
            if (!part.notebook().ended().isEmpty()) {
                html.append("<pre>").append(escape(part.notebook().ended())).append("</pre>");
            }
            for (CellResult cell : part.notebook().broken()) {
                html.append("<pre>cell ")
                        .append(cell.number())
                        .append(" (")
                        .append(escape(cell.id()))
                        .append("): ")
                        .append(escape(cell.error()))
                        .append("</pre>");
            }
            html.append("<h3>Claims</h3><table><tr><th></th><th>claim</th><th>what was seen</th></tr>");
            for (ClaimResult claim : part.claims()) {
                html.append("<tr><td>")
                        .append(badge(claim.proven()))
                        .append("</td><td><b>")
                        .append(escape(claim.claim().id()))
                        .append("</b> ")
                        .append(escape(claim.claim().text()))
                        .append("<br><span class=\"sub\">verdict: ")
                        .append(claim.claim().verdict().words())
                        .append(
                                claim.claim().caveat().isEmpty()
                                        ? ""
                                        : ". " + escape(claim.claim().caveat()))
                        .append("</span></td><td>")
                        .append(
                                claim.proven()
                                        ? "✔ shown: " + escape(claim.claim().shown()) + "<br>"
                                        : "")
                        .append(escape(claim.summary()))
                        .append("</td></tr>");
            }
            html.append("</table><h3>Exercises</h3>");
            part.exercises().ifPresent(r -> html.append(HtmlReport.fragment(r)));
        }
        return html.append("</main></body></html>\n").toString();
    }

    private static String badge(boolean good) {
        return good ? "<span class=\"good\">✔</span>" : "<span class=\"bad\">✘</span>";
    }

    private static String mark(boolean good, boolean colour) {
        String mark = good ? "✔" : "✘";
        return colour ? "\u001b[" + (good ? "32" : "31") + "m" + mark + "\u001b[0m" : mark;
    }

    private static String bold(String text, boolean colour) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>kubelab course</title>
            <style>
            :root { color-scheme: light dark; --ink: #1d2733; --paper: #fff; --line: #d5dce4; --soft: #5b6876; --good: #2e7d32; --bad: #c62828 }
            @media (prefers-color-scheme: dark) { :root { --ink: #e3e9ef; --paper: #151a20; --line: #333d48; --soft: #9aa7b4; --good: #7bc67e; --bad: #ef7b73 } }
            body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 }
            main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
            h1, h2, h3 { line-height: 1.2 } h2 { border-bottom: 1px solid var(--line); padding-bottom: .2em; margin-top: 2em }
            table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4em .6em; border-bottom: 1px solid var(--line) }
            pre { overflow-x: auto; padding: .6em; border: 1px solid var(--line); border-radius: .3em }
            .sub { color: var(--soft) } .good { color: var(--good) } .bad { color: var(--bad) }
            </style></head><body><main>
            """;
}
