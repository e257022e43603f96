package kubelab.app.lab;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.labkit.Evidence;

/** Values as pictures: Kubernetes objects and records as tables, evidence as a verdict, the rest as text. */
final class Tables {
    private Tables() {}

    record Picture(String text, String html) {}

    static Picture of(Object value) {
        if (value instanceof Evidence evidence) {
            return verdict(evidence);
        }
        if (value instanceof KubernetesResourceList<?> list) {
            return of(list.getItems());
        }
        if (value instanceof Collection<?> many && !many.isEmpty()) {
            List<Map<String, String>> rows = new ArrayList<>();
            many.forEach(one -> rows.add(row(one)));
            return table(rows);
        }
        if (value instanceof HasMetadata || value instanceof Record) {
            return table(List.of(row(value)));
        }
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            List<Map<String, String>> rows = new ArrayList<>();
            map.forEach((k, v) -> rows.add(ordered("KEY", String.valueOf(k), "VALUE", String.valueOf(v))));
            return table(rows);
        }
        String text = String.valueOf(value);
        return new Picture(text, "<pre>" + escape(text) + "</pre>");
    }

    private static Picture verdict(Evidence evidence) {
        StringBuilder html = new StringBuilder("<div style=\"border-left:4px solid ")
                .append(evidence.holds() ? "#2e7d32" : "#c62828")
                .append(";padding:.2em .8em\"><b>")
                .append(evidence.holds() ? "✔ holds" : "✘ does not hold")
                .append("</b><br>expected: ")
                .append(escape(evidence.expected()))
                .append("<br>observed: ")
                .append(escape(evidence.observed()))
                .append("<ol>");
        evidence.story()
                .forEach(step -> html.append("<li>").append(escape(step)).append("</li>"));
        return new Picture(evidence.toString(), html.append("</ol></div>").toString());
    }

    private static Map<String, String> row(Object one) {
        if (one instanceof Pod pod) {
            return pod(pod);
        }
        if (one instanceof Node node) {
            String ready = node.getStatus().getConditions().stream()
                            .anyMatch(c ->
                                    c.getType().equals("Ready") && c.getStatus().equals("True"))
                    ? "Ready"
                    : "NotReady";
            return ordered(
                    "NAME", node.getMetadata().getName(),
                    "STATUS", ready,
                    "VERSION", node.getStatus().getNodeInfo().getKubeletVersion());
        }
        if (one instanceof HasMetadata object) {
            return ordered(
                    "KIND", object.getKind(), "NAME", object.getMetadata().getName(), "AGE", age(object));
        }
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

    private static Map<String, String> pod(Pod pod) {
        List<ContainerStatus> containers =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        long ready = containers.stream()
                .filter(c -> Boolean.TRUE.equals(c.getReady()))
                .count();
        int restarts = containers.stream()
                .mapToInt(c -> c.getRestartCount() == null ? 0 : c.getRestartCount())
                .sum();
        String waiting = containers.stream()
                .filter(c -> c.getState() != null && c.getState().getWaiting() != null)
                .map(c -> c.getState().getWaiting().getReason())
                .filter(r -> r != null)
                .findFirst()
                .orElse("");
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            phase = "Terminating";
        }
        return ordered(
                "NAME",
                pod.getMetadata().getName(),
                "READY",
                ready + "/" + pod.getSpec().getContainers().size(),
                "STATUS",
                waiting.isEmpty() ? phase : waiting,
                "RESTARTS",
                Integer.toString(restarts),
                "AGE",
                age(pod),
                "IP",
                pod.getStatus() == null || pod.getStatus().getPodIP() == null
                        ? ""
                        : pod.getStatus().getPodIP(),
                "NODE",
                pod.getSpec().getNodeName() == null ? "" : pod.getSpec().getNodeName());
    }

    private static String age(HasMetadata object) {
        String since = object.getMetadata().getCreationTimestamp();
        if (since == null) {
            return "";
        }
        long seconds = Math.max(
                0, Duration.between(Instant.parse(since), Instant.now()).toSeconds());
        return seconds < 120 ? seconds + "s" : seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static Picture table(List<Map<String, String>> rows) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Map<String, String> row : rows) {
            row.forEach((k, v) -> widths.merge(k, Math.max(k.length(), v.length()), Math::max));
        }
        StringBuilder text = new StringBuilder();
        StringBuilder html = new StringBuilder("<table><thead><tr>");
        widths.forEach((k, w) -> {
            text.append(pad(k, w));
            html.append("<th style=\"text-align:left\">").append(escape(k)).append("</th>");
        });
        text.append('\n');
        html.append("</tr></thead><tbody>");
        for (Map<String, String> row : rows) {
            html.append("<tr>");
            widths.forEach((k, w) -> {
                String cell = row.getOrDefault(k, "");
                text.append(pad(cell, w));
                html.append("<td style=\"text-align:left\">")
                        .append(escape(cell))
                        .append("</td>");
            });
            text.append('\n');
            html.append("</tr>");
        }
        String plain = text.toString().replaceAll("(?m) +$", "").stripTrailing();
        return new Picture(plain, html.append("</tbody></table>").toString());
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length() + 3);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
