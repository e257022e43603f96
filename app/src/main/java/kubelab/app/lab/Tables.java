package kubelab.app.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.grader.report.Html;
import kubelab.labkit.ClusterView;
import kubelab.labkit.Evidence;

/** Values as pictures: Kubernetes objects and records as tables, evidence as a verdict, the rest as text. */
final class Tables {
    private Tables() {}

    record Picture(String text, String html) {
        /** In the look of all that notebooks show. */
        static Picture of(String text, String html) {
            return new Picture(text, Html.STYLE + "<div class=\"kubelab\">" + html + "</div>");
        }
    }

    static Picture of(Object value) {
        if (value instanceof Evidence evidence) {
            return verdict(evidence);
        }
        if (value instanceof ClusterView view) {
            return new ClusterPicture(view).draw();
        }
        if (value instanceof KubernetesResourceList<?> list) {
            return of(list.getItems());
        }
        if (value instanceof Object[] array) {
            return of(Arrays.asList(array));
        }
        if (value instanceof Collection<?> many) {
            return collection(many);
        }
        if (value instanceof HasMetadata || value instanceof Record) {
            return collection(List.of(value));
        }
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            List<Map<String, String>> rows = new ArrayList<>();
            map.forEach((k, v) -> rows.add(ordered("KEY", String.valueOf(k), "VALUE", String.valueOf(v))));
            return table(rows);
        }
        String text = String.valueOf(value);
        return Picture.of(text, "<pre>" + Html.escape(text) + "</pre>");
    }

    /** One table for each kind of thing. */
    private static Picture collection(Collection<?> many) {
        if (many.isEmpty()) {
            return Picture.of("(nothing)", "<div>(nothing)</div>");
        }
        Map<Object, List<Object>> kinds = new LinkedHashMap<>();
        for (Object one : many) {
            Object kind = one instanceof HasMetadata object
                    ? object.getApiVersion() + "/" + object.getKind()
                    : one instanceof Record ? one.getClass() : "";
            kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(one);
        }
        StringBuilder text = new StringBuilder();
        StringBuilder html = new StringBuilder();
        for (List<Object> same : kinds.values()) {
            List<Map<String, String>> rows;
            if (same.get(0) instanceof HasMetadata) {
                rows = Objects.rows(same.stream().map(HasMetadata.class::cast).toList());
            } else {
                rows = same.stream().map(Tables::row).toList();
            }
            text.append(text.isEmpty() ? "" : "\n\n").append(text(rows));
            html.append(html(rows));
        }
        return Picture.of(text.toString(), html.toString());
    }

    /** What a claim's probe saw where it must hold. */
    static Picture shown(String sentence, Evidence evidence) {
        return verdict((evidence.holds() ? "✔ shown: " : "✘ not shown: ") + sentence, evidence);
    }

    /** What the same probe saw where it must fail, in one line. */
    static Picture falsified(String falsifier, Evidence evidence) {
        String head = evidence.holds() ? "✘ The probe did not fail when " : "✔ The probe can fail: it does when ";
        String text = head + falsifier + ". It saw: " + evidence.observed();
        return Picture.of(
                text,
                "<div>" + Html.chip(evidence.holds() ? "bad" : "good", head.substring(0, 1)) + " "
                        + Html.escape(text.substring(2)) + "</div>");
    }

    private static Picture verdict(Evidence evidence) {
        return verdict(evidence.holds() ? "✔ as expected" : "✘ not as expected", evidence);
    }

    private static Picture verdict(String head, Evidence evidence) {
        // The chip is a word or two: it is never broken over lines, and a sentence may be.
        String[] parts = head.split(": ", 2);
        StringBuilder html = new StringBuilder("<div class=\"kl-head\">")
                .append(Html.chip(evidence.holds() ? "good" : "bad", parts[0]))
                .append(parts.length == 1 ? "" : " " + Html.prose(parts[1]))
                .append("</div><dl class=\"kl-facts\"><dt>expected</dt><dd>")
                .append(Html.escape(evidence.expected()))
                .append("</dd><dt>observed</dt><dd>")
                .append(Html.escape(evidence.observed()))
                .append("</dd>");
        if (!evidence.story().isEmpty()) {
            html.append("<dt>steps</dt><dd><ol style=\"margin:0;padding-left:1.3em;white-space:normal\">");
            evidence.story()
                    .forEach(step ->
                            html.append("<li>").append(Html.escape(step)).append("</li>"));
            html.append("</ol></dd>");
        }
        String text = evidence.toString();
        return Picture.of(
                head + text.substring(text.indexOf('\n')), html.append("</dl>").toString());
    }

    private static Map<String, String> row(Object one) {
        if (one instanceof Record record) {
            Map<String, String> row = new LinkedHashMap<>();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                try {
                    component.getAccessor().setAccessible(true);
                    row.put(
                            component.getName(),
                            String.valueOf(component.getAccessor().invoke(record)));
                } catch (ReflectiveOperationException e) {
                    row.put(component.getName(), "?");
                }
            }
            return row;
        }
        return ordered("VALUE", String.valueOf(one));
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static Picture table(List<Map<String, String>> rows) {
        return Picture.of(text(rows), html(rows));
    }

    private static Map<String, Integer> widths(List<Map<String, String>> rows) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Map<String, String> row : rows) {
            row.forEach((k, v) -> widths.merge(k, Math.max(k.length(), v.length()), Math::max));
        }
        return widths;
    }

    private static String text(List<Map<String, String>> rows) {
        Map<String, Integer> widths = widths(rows);
        StringBuilder text = new StringBuilder();
        widths.forEach((k, w) -> text.append(pad(k, w)));
        for (Map<String, String> row : rows) {
            text.append('\n');
            widths.forEach((k, w) -> text.append(pad(row.getOrDefault(k, ""), w)));
        }
        return text.toString().replaceAll("(?m) +$", "");
    }

    private static String html(List<Map<String, String>> rows) {
        Map<String, Integer> widths = widths(rows);
        StringBuilder html = new StringBuilder("<div class=\"kl-scroll\"><table class=\"kl-table\"><thead><tr>");
        widths.keySet().forEach(k -> html.append("<th>").append(Html.escape(k)).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (Map<String, String> row : rows) {
            html.append("<tr>");
            widths.keySet().forEach(k -> html.append("<td>")
                    .append(Html.escape(row.getOrDefault(k, "")))
                    .append("</td>"));
            html.append("</tr>");
        }
        return html.append("</tbody></table></div>").toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length() + 3);
    }
}
