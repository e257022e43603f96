package kubelab.app.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** The figures as a table for people, as JSON, and as a page of the documentation. */
public final class FiguresPage {
    /** What follows this line on the page is written by hand, and kept. */
    static final String BY_HAND = "// What follows is written by hand; `kubelab bench` keeps it.\n";

    private final Machine machine;
    private final String real;
    private final List<Figure> figures;

    public FiguresPage(Machine machine, Optional<String> real, List<Figure> figures) {
        this.machine = machine;
        this.real = real.orElse("none");
        this.figures = List.copyOf(figures);
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%-60s %-9s %-24s %-24s %-8s %-15s %s%n", "", "unit", "embedded", "real", "better", "goal", "reached"));
        for (Figure f : figures) {
            text.append(String.format(
                    "%-60s %-9s %-24s %-24s %-8s %-15s %s%n",
                    f.title(),
                    f.unit(),
                    Figure.text(f.embedded()),
                    Figure.text(f.real()),
                    f.betterText(),
                    f.goal().text(),
                    f.reached()));
            if (!f.note().isEmpty()) {
                text.append("    ").append(f.note()).append('\n');
            }
        }
        text.append("Median (least–most). Real: ")
                .append(real)
                .append(". ")
                .append(where())
                .append('\n');
        return text.toString();
    }

    public String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", where());
        all.put("date", machine.date().toString());
        all.put("busyPercent", machine.busy());
        all.put("real", real);
        all.put("figures", figures.stream().map(FiguresPage::json).toList());
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    /** @param before the page as it is, empty if there is none */
    public String adoc(String before) {
        StringBuilder page = new StringBuilder("""
                = Figures
                // Written by `kubelab bench --page`.

                The embedded cluster and a real one in the same run, in alternating pairs, under the same load.
                The load comes over TLS from Fabric8 clients in a process of their own; the embedded cluster is a process, too.
                Each cell is the median, and in brackets the least and the most; before each pair both were warmed up.
                "Better" is how many times less time or memory it took, or how many times more it did in a second.

                """);
        page.append("Real: ").append(real).append(" +\n").append(where()).append("\n\n");
        page.append("[cols=\"5,1,3,3,1,2,1\",options=\"header\"]\n|===\n");
        page.append("| |unit |embedded |real |better |goal |reached\n");
        for (Figure f : figures) {
            page.append(String.format(
                    "%n|%s |%s |%s |%s |%s |%s |%s%n",
                    f.title() + (f.note().isEmpty() ? "" : " (" + f.note().replace("|", "/") + ")"),
                    f.unit(),
                    Figure.text(f.embedded()),
                    Figure.text(f.real()),
                    f.betterText(),
                    f.goal().text(),
                    f.reached()));
        }
        page.append("|===\n\n").append(BY_HAND);
        int kept = before.indexOf(BY_HAND);
        return page.append(kept < 0 ? "" : before.substring(kept + BY_HAND.length()))
                .toString();
    }

    private String where() {
        return machine.processor() + ", " + machine.cores() + " processors, " + machine.memoryGiB() + " GiB, "
                + machine.system() + ", " + machine.jdk() + ", " + machine.date() + "; others used "
                + machine.busyText() + " of the processors before the run.";
    }

    private static Map<String, Object> json(Figure f) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("id", f.id());
        one.put("title", f.title());
        one.put("unit", f.unit());
        one.put("moreIsBetter", f.more());
        one.put("embedded", f.embedded());
        one.put("real", f.real());
        f.better().ifPresent(times -> one.put("timesBetter", times));
        one.put("goal", f.goal().text());
        one.put("reached", f.reached());
        one.put("note", f.note());
        return one;
    }
}
