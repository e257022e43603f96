package kubelab.grader.report;

import java.util.Locale;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Report;

/** The report as a page that needs nothing from elsewhere, and as a fragment for a notebook. */
public final class HtmlReport {
    private static final String STYLE = """
            <style>
            .kubelab{font-family:system-ui,sans-serif;line-height:1.45;max-width:56rem;color:#1b1f24;background:#fff}
            .kubelab h2{font-size:1.05rem;margin:1.2rem 0 .3rem}
            .kubelab .outcome{border-radius:.3rem;padding:.05rem .45rem;color:#fff;font-size:.85em}
            .kubelab .PASS{background:#1a7f37}.kubelab .FAIL,.kubelab .TIMEOUT{background:#b42318}
            .kubelab .SKIPPED,.kubelab .UNGRADABLE{background:#8a5a00}
            .kubelab ul{list-style:none;padding-left:.3rem;margin:.2rem 0}
            .kubelab li{margin:.25rem 0}
            .kubelab dl{margin:.1rem 0 .4rem 1.6rem;display:grid;grid-template-columns:max-content 1fr;gap:0 .8rem}
            .kubelab dt{color:#57606a}.kubelab dd{margin:0}
            .kubelab .dim{color:#57606a}
            .kubelab pre{background:#f6f8fa;padding:.5rem;overflow:auto;white-space:pre-wrap;margin:.3rem 0}
            .kubelab code{background:#f6f8fa;padding:0 .2rem}
            </style>
            """;

    private HtmlReport() {}

    public static String page(Report report) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<title>kubelab report</title>\n</head>\n<body>\n" + fragment(report) + "</body>\n</html>\n";
    }

    public static String fragment(Report report) {
        var html = new StringBuilder(STYLE).append("<div class=\"kubelab\">\n");
        for (ExerciseResult result : report.results()) {
            exercise(html, result);
        }
        html.append(String.format(
                Locale.ROOT,
                "<p class=\"dim\">%d of %d points · %s · %s · level %s · seed %d · %.1f s</p>%n</div>%n",
                report.points(),
                report.maxPoints(),
                escape(report.answers()),
                escape(report.provider()),
                report.level(),
                report.seed(),
                report.took().toMillis() / 1000.0));
        return html.toString();
    }

    private static void exercise(StringBuilder html, ExerciseResult result) {
        html.append("<section>\n<h2>")
                .append(escape(result.exercise().id() + "  " + result.exercise().title()))
                .append(" <span class=\"outcome ")
                .append(result.outcome())
                .append("\">")
                .append(result.outcome())
                .append("</span> ")
                .append(result.points())
                .append(" of ")
                .append(result.maxPoints())
                .append(" points</h2>\n");
        if (!result.message().isEmpty()) {
            html.append("<pre>").append(escape(result.message())).append("</pre>\n");
        }
        if (result.criteria().stream().anyMatch(c -> c.state() != State.NOT_TRIED)) {
            html.append("<ul>\n");
            result.criteria().forEach(c -> criterion(html, result, c));
            html.append("</ul>\n");
        }
        if (!result.output().isEmpty()) {
            html.append("<details><summary>What it printed</summary><pre>")
                    .append(escape(result.output()))
                    .append("</pre></details>\n");
        }
        html.append("</section>\n");
    }

    private static void criterion(StringBuilder html, ExerciseResult result, CriterionResult c) {
        String mark =
                switch (c.state()) {
                    case PASSED -> "✓";
                    case NOT_TRIED -> "·";
                    case ERROR -> "!";
                    default -> "✗";
                };
        html.append("<li>")
                .append(mark)
                .append(' ')
                .append(escape(c.title()))
                .append(" <span class=\"dim\">")
                .append(c.points())
                .append('/')
                .append(c.maxPoints());
        if (c.expected().isEmpty()) {
            html.append(" ").append(escape(c.observed())).append("</span>");
        } else {
            html.append("</span><dl>");
            row(html, "expected", escape(c.expected()));
            row(html, "observed", escape(c.observed()));
            if (!c.command().isEmpty()) {
                row(html, "see", "<code>" + escape(TerminalReport.command(result, c)) + "</code>");
            }
            if (c.hint() > 0) {
                row(html, "hint " + c.hint(), escape(result.exercise().hints().get(c.hint() - 1)));
            }
            html.append("</dl>");
        }
        html.append("</li>\n");
    }

    private static void row(StringBuilder html, String name, String value) {
        html.append("<dt>").append(name).append("</dt><dd>").append(value).append("</dd>");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
