package kubelab.grader.report;

import java.util.Locale;
import java.util.Map;
import kubelab.grader.Answers;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import kubelab.grader.Report;

/** The report as a page that needs nothing from elsewhere, and as a fragment for a notebook. */
public final class HtmlReport {
    private HtmlReport() {}

    public static String page(Report report) {
        return Html.page("kubelab report", fragment(report));
    }

    public static String fragment(Report report) {
        var html = new StringBuilder(Html.STYLE).append("<div class=\"kubelab\">\n");
        for (ExerciseResult result : report.results()) {
            if (result.outcome() == Outcome.NOT_BEGUN) {
                notBegun(html, result);
            } else {
                exercise(html, result, report);
            }
        }
        html.append(String.format(
                Locale.ROOT,
                "<div class=\"kl-small\">%d of %d points · %s · %s · level %s · seed %d · %.1f s</div>%n</div>%n",
                report.points(),
                report.maxPoints(),
                escape(report.answers()),
                escape(report.provider()),
                report.level(),
                report.seed(),
                report.took().toMillis() / 1000.0));
        return html.toString();
    }

    /** Whether the answer came out of a running notebook, so that no file is to be edited. */
    static boolean fromCell(Report report) {
        return report.answers().equals(new Answers.Cell("").describe())
                || report.answers().equals(new Answers.Classes("", Map.of()).describe());
    }

    /** Whether the answers are cells of a saved notebook, which {@link Report#answers()} then names. */
    static boolean fromSavedNotebook(Report report) {
        return report.answers().endsWith(".ipynb");
    }

    private static void notBegun(StringBuilder html, ExerciseResult result) {
        String id = escape(result.exercise().id());
        html.append("<section>\n<div class=\"kl-head\">")
                .append(Html.chip(kind(result.outcome()), result.outcome().words()))
                .append(' ')
                .append(id)
                .append("  ")
                .append(escape(result.exercise().title()))
                .append(" · ")
                .append(result.maxPoints())
                .append(" points, about ")
                .append(result.exercise().minutes())
                .append(" min</div>\n<div class=\"kl-next\">To begin: <code>./kubelab explain ")
                .append(id)
                .append("</code></div>\n</section>\n");
    }

    private static void exercise(StringBuilder html, ExerciseResult result, Report report) {
        html.append("<section>\n<div class=\"kl-head\">")
                .append(Html.chip(kind(result.outcome()), result.outcome().name()))
                .append(' ')
                .append(escape(result.exercise().id() + "  " + result.exercise().title()))
                .append(" · ")
                .append(result.points())
                .append(" of ")
                .append(result.maxPoints())
                .append(" points</div>\n");
        if (!result.message().isEmpty()) {
            html.append("<pre>").append(escape(result.message())).append("</pre>\n");
        }
        boolean tried = result.criteria().stream().anyMatch(c -> c.state() != State.NOT_TRIED);
        if (tried) {
            html.append("<ul class=\"kl-list\">\n");
            result.criteria().forEach(c -> criterion(html, result, c));
            html.append("</ul>\n");
        }
        if (!result.output().isEmpty()) {
            html.append("<details><summary>What it printed</summary><pre>")
                    .append(escape(result.output()))
                    .append("</pre></details>\n");
        }
        if (!result.debrief().isEmpty()) {
            html.append("<div class=\"kl-next\"><b>What happened:</b> ")
                    .append(Html.prose(result.debrief()))
                    .append("</div>\n");
        }
        next(html, result, report, tried);
        html.append("</section>\n");
    }

    private static void next(StringBuilder html, ExerciseResult result, Report report, boolean tried) {
        if (result.outcome() != Outcome.FAIL && result.outcome() != Outcome.TIMEOUT) {
            return;
        }
        if (!tried && !result.exercise().hints().isEmpty()) {
            html.append("<details><summary>A hint for the first step</summary>")
                    .append(Html.prose(result.exercise().hints().get(0)))
                    .append("</details>\n");
        }
        if (result.kept()) {
            html.append("<div class=\"kl-small\">The namespace <code>")
                    .append(escape(result.namespace()))
                    .append("</code> stays for you to look at until the next check of ")
                    .append(escape(result.exercise().id()))
                    .append(".</div>\n");
        }
        html.append("<div class=\"kl-next\"><b>Next:</b> ")
                .append(todo(report, result))
                .append("</div>\n");
    }

    private static String todo(Report report, ExerciseResult result) {
        String id = escape(result.exercise().id());
        if (fromCell(report)) {
            return "change your cell, run it, and run this one again.";
        }
        if (fromSavedNotebook(report)) {
            String notebook = escape(report.answers());
            return "change the cell of " + id + " in <code>" + notebook
                    + "</code>, save it, then <code>./kubelab check " + id + " --answers " + notebook + "</code>.";
        }
        if (!NextStep.namesFile(report)) {
            return escape(NextStep.again(report, id)) + ".";
        }
        return "edit <code>" + escape(result.file()) + "</code>, then <code>" + escape(NextStep.again(report, id))
                + "</code>.";
    }

    private static void criterion(StringBuilder html, ExerciseResult result, CriterionResult c) {
        String mark =
                switch (c.state()) {
                    case PASSED -> mark("good", "✓", "holds");
                    case NOT_TRIED -> mark("none", "·", "not tried");
                    case ERROR -> mark("warn", "!", "could not be tried");
                    default -> mark("bad", "✗", "does not hold");
                };
        html.append("<li>").append(mark).append(escape(c.title()));
        if (c.maxPoints() > 0) {
            html.append(" <span class=\"kl-small\">")
                    .append(c.points())
                    .append('/')
                    .append(c.maxPoints())
                    .append("</span>");
        }
        if (c.expected().isEmpty()) {
            html.append(" <span class=\"kl-small\">")
                    .append(escape(c.observed()))
                    .append("</span>");
        } else {
            html.append("<dl class=\"kl-facts\">");
            row(html, "expected", escape(c.expected()));
            row(html, "observed", escape(c.observed()));
            if (!c.command().isEmpty()) {
                row(html, "see", "<code>" + escape(TerminalReport.command(result, c)) + "</code>");
            }
            if (c.hint() > 0) {
                row(
                        html,
                        "help",
                        "<details><summary>Hint " + c.hint() + "</summary>"
                                + Html.prose(result.exercise().hints().get(c.hint() - 1)) + "</details>");
            }
            html.append("</dl>");
        }
        html.append("</li>\n");
    }

    private static String mark(String kind, String sign, String meaning) {
        return "<span class=\"kl-mark kl-" + kind + "\" role=\"img\" aria-label=\"" + meaning + "\">" + sign
                + "</span>";
    }

    private static String kind(Outcome outcome) {
        return switch (outcome) {
            case PASS -> "good";
            case FAIL, TIMEOUT -> "bad";
            case NOT_BEGUN -> "none";
            case SKIPPED, UNGRADABLE -> "warn";
        };
    }

    private static void row(StringBuilder html, String name, String value) {
        html.append("<dt>").append(name).append("</dt><dd>").append(value).append("</dd>");
    }

    private static String escape(String text) {
        return Html.escape(text);
    }
}
