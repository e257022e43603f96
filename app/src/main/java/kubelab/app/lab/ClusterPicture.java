package kubelab.app.lab;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.grader.report.Html;
import kubelab.labkit.ClusterView;

/**
 * Nodes with their Pods, and in front of them the Services with a line to each endpoint (dashed where it is not ready).
 * An SVG without scripts, in the colours of the surrounding text; the text version says the same.
 */
final class ClusterPicture {
    private static final int WIDTH = 760;
    private static final int POD = 44;
    private static final int GUTTER = 22;
    private static final String NOWHERE = "";

    private final ClusterView view;
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final Map<String, List<Pod>> byNode = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> folded = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    /** Pod → the middle of its left edge. */
    private final Map<String, int[]> places = new LinkedHashMap<>();

    ClusterPicture(ClusterView view) {
        this.view = view;
        view.nodes().stream()
                .sorted(Comparator.comparing(n -> n.getMetadata().getName()))
                .forEach(n -> byNode.put(n.getMetadata().getName(), new ArrayList<>()));
        List<Pod> ours = new ArrayList<>();
        for (Pod pod : view.pods()) {
            String node = pod.getSpec().getNodeName() == null
                    ? NOWHERE
                    : pod.getSpec().getNodeName();
            String namespace = pod.getMetadata().getNamespace();
            if (view.namespace().equals(namespace)) {
                byNode.computeIfAbsent(node, k -> new ArrayList<>()).add(pod);
                ours.add(pod);
            } else {
                folded.computeIfAbsent(node, k -> new TreeMap<>()).merge(namespace, 1, Integer::sum);
            }
        }
        if (!ours.isEmpty()) {
            List<Map<String, String>> all = Objects.rows(ours);
            for (int i = 0; i < ours.size(); i++) {
                rows.put(name(ours.get(i)), all.get(i));
            }
        }
        byNode.values().forEach(pods -> pods.sort(Comparator.comparing(ClusterPicture::name)));
    }

    Tables.Picture draw() {
        List<Service> services = view.services().stream()
                .sorted(Comparator.comparing(s -> s.getMetadata().getName()))
                .toList();
        int top = 26;
        if (!services.isEmpty()) {
            top += 46 * rowsOf(services.size(), 4) + 14 + 5 * services.size();
        }
        int bottom = nodes(top);
        StringBuilder front = new StringBuilder();
        for (int i = 0; i < services.size(); i++) {
            front.append(service(services.get(i), i, services.size(), top));
        }
        String html = "<svg viewBox=\"0 0 " + WIDTH + " " + bottom + "\" role=\"img\" aria-label=\""
                + Html.escape(summary())
                + "\" style=\"width:100%;max-width:" + WIDTH
                + "px;font:12px var(--jp-ui-font-family,system-ui,sans-serif)\" fill=\"currentColor\">"
                + "<text x=\"0\" y=\"14\" font-weight=\"600\">Namespace " + Html.escape(view.namespace()) + "</text>"
                + svg + lines + front + "</svg>";
        return Tables.Picture.of(text.toString().stripTrailing(), html);
    }

    private String summary() {
        return byNode.keySet().stream().filter(n -> !n.isEmpty()).count() + " nodes, " + rows.size()
                + " Pods in the namespace " + view.namespace() + ", "
                + view.services().size() + " Services";
    }

    private static int rowsOf(int things, int columns) {
        return (things + columns - 1) / columns;
    }

    private int nodes(int top) {
        int columns = Math.max(1, Math.min(3, byNode.size()));
        int width = (WIDTH - 12 * (columns - 1)) / columns;
        int y = top;
        int height = 0;
        int column = 0;
        text.append("Namespace ").append(view.namespace()).append('\n');
        for (Map.Entry<String, List<Pod>> node : byNode.entrySet()) {
            if (column == columns) {
                column = 0;
                y += height + 12;
                height = 0;
            }
            height = Math.max(height, node(node.getKey(), node.getValue(), column * (width + 12), y, width));
            column++;
        }
        return y + height + 4;
    }

    private int node(String name, List<Pod> pods, int x, int y, int width) {
        Map<String, Integer> others = folded.getOrDefault(name, Map.of());
        int height = 34 + (POD + 6) * pods.size() + (others.isEmpty() ? 0 : 20) + (pods.isEmpty() ? 4 : 0);
        String state = name.isEmpty() ? "not on any node yet" : name + " · " + state(name);
        text.append(name.isEmpty() ? state : "Node " + state).append('\n');
        svg.append(String.format(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"currentColor\" fill-opacity=\".05\""
                        + " stroke=\"currentColor\" stroke-opacity=\".45\"%s/><text x=\"%d\" y=\"%d\" font-weight=\"600\">%s</text>",
                x + 1,
                y + 1,
                width - 2,
                height - 2,
                name.isEmpty() ? " stroke-dasharray=\"5 4\"" : "",
                x + GUTTER + 4,
                y + 20,
                Html.escape(cut(state, (width - GUTTER) / 8))));
        int at = y + 30;
        for (Pod pod : pods) {
            pod(pod, x + GUTTER + 4, at, width - GUTTER - 14);
            at += POD + 6;
        }
        if (!others.isEmpty()) {
            String more = others.entrySet().stream()
                    .map(e -> "+ " + e.getValue() + " of " + e.getKey())
                    .collect(Collectors.joining(", "));
            text.append("  ").append(more).append('\n');
            svg.append(String.format(
                    "<text x=\"%d\" y=\"%d\" font-size=\"11\"><title>%s</title>%s</text>",
                    x + 12, at + 12, Html.escape(more), Html.escape(cut(more, width / 6))));
        }
        return height;
    }

    private String state(String name) {
        Node node = view.nodes().stream()
                .filter(n -> n.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(null);
        return node == null
                ? "gone"
                : Objects.rows(List.of(node)).get(0).getOrDefault("STATUS", "").replace(",", ", ");
    }

    private void pod(Pod pod, int x, int y, int width) {
        Map<String, String> row = rows.getOrDefault(name(pod), Map.of());
        String status = row.getOrDefault("STATUS", "");
        String ready = row.getOrDefault("READY", "");
        String restarts = row.getOrDefault("RESTARTS", "0");
        String seen =
                status + "  " + ready + (restarts.equals("0") ? "" : "  restarts " + restarts.replaceAll(" .*", ""));
        String second = seen + "  " + row.getOrDefault("IP", "").replace("<none>", "");
        text.append("  ").append(name(pod)).append("   ").append(second.strip()).append('\n');
        places.put(name(pod), new int[] {x, y + POD / 2});
        String colour = colour(status, ready);
        int room = (width - 30) / 6;
        svg.append(String.format(
                "<g><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\""
                        + " fill=\"%s\" fill-opacity=\".14\" stroke=\"%s\" stroke-width=\"1.5\"/>"
                        + "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>"
                        + "<text x=\"%d\" y=\"%d\" font-weight=\"600\">%s</text><text x=\"%d\" y=\"%d\" font-size=\"11\">%s</text></g>",
                Html.escape(name(pod) + ": " + second.strip()),
                x,
                y,
                width,
                POD,
                colour,
                colour,
                x + 14,
                y + 15,
                colour,
                x + 26,
                y + 19,
                Html.escape(cut(name(pod), (width - 30) / 8)),
                x + 26,
                y + 35,
                // the address is the first to go where there is no room
                Html.escape(
                        cut((second.strip().length() <= room ? second.strip() : seen).replace("  ", " · "), room))));
    }

    private String service(Service service, int number, int of, int top) {
        String name = service.getMetadata().getName();
        int columns = Math.min(4, of);
        int width = (WIDTH - 12 * (columns - 1)) / columns;
        int x = (number % 4) * (width + 12);
        int y = 26 + 46 * (number / 4);
        String ports = service.getSpec().getPorts().stream()
                .map(p -> String.valueOf(p.getPort()))
                .collect(Collectors.joining(","));
        String second = service.getSpec().getType() + "  "
                + (service.getSpec().getClusterIP() == null
                        ? ""
                        : service.getSpec().getClusterIP())
                + (ports.isEmpty() ? "" : ":" + ports);
        List<String> ends = new ArrayList<>();
        for (EndpointSlice slice : view.endpoints()) {
            Map<String, String> labels = slice.getMetadata().getLabels();
            if (labels != null
                    && slice.getEndpoints() != null // null, not empty, where a Service selects nothing
                    && name.equals(labels.get("kubernetes.io/service-name"))) {
                slice.getEndpoints().forEach(e -> ends.add(line(e, x + 20 + 5 * number, y + 38, number, top)));
            }
        }
        text.append("Service ").append(name).append("   ").append(second);
        text.append(ends.isEmpty() ? "   no endpoints" : "   → " + String.join(", ", ends))
                .append('\n');
        return String.format(
                "<g><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"38\" rx=\"19\" fill=\"#2f6fdf\""
                        + " fill-opacity=\".12\" stroke=\"#2f6fdf\" stroke-width=\"1.5\"/>"
                        + "<text x=\"%d\" y=\"%d\" font-weight=\"600\">%s</text><text x=\"%d\" y=\"%d\" font-size=\"11\">%s</text></g>",
                Html.escape(name + ": " + (ends.isEmpty() ? "no endpoints" : String.join(", ", ends))),
                x + 1,
                y,
                width - 2,
                x + 18,
                y + 16,
                Html.escape(cut(name, width / 8)),
                x + 18,
                y + 31,
                Html.escape(cut(second + (ends.isEmpty() ? "  no endpoints" : ""), width / 6)));
    }

    /** Down from the Service, along the gap above the nodes, down beside the Pods, and into the Pod. @return in words */
    private String line(Endpoint endpoint, int x, int y, int number, int top) {
        String target = endpoint.getTargetRef() == null
                ? ""
                : String.valueOf(endpoint.getTargetRef().getName());
        boolean ready = endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
        int[] to = places.get(target);
        if (to != null) {
            int bus = top - 6 - 5 * number;
            int gutter = to[0] - 6 - 4 * (number % 4);
            lines.append(String.format(
                    "<path d=\"M%d %dV%dH%dV%dH%d\" fill=\"none\" stroke=\"#2f6fdf\" stroke-width=\"1.5\"%s/>"
                            + "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"#2f6fdf\"/>",
                    x, y, bus, gutter, to[1], to[0], ready ? "" : " stroke-dasharray=\"4 3\"", to[0], to[1]));
        }
        String who = target.isEmpty() ? String.join(",", endpoint.getAddresses()) : target;
        return who + (ready ? "" : " (not ready)");
    }

    private static String colour(String status, String ready) {
        String[] parts = ready.split("/");
        boolean all = parts.length == 2 && parts[0].equals(parts[1]);
        if (status.equals("Running")) {
            return all ? "#2e9e4f" : "#d98e04";
        }
        if (status.equals("Completed") || status.equals("Succeeded")) {
            return "#8a8f98";
        }
        boolean onItsWay = status.equals("Pending")
                || status.equals("ContainerCreating")
                || status.equals("PodInitializing")
                || status.equals("Terminating")
                || status.matches("Init:\\d+/\\d+");
        return onItsWay ? "#d98e04" : "#d6372c";
    }

    /** With its end, which is what tells the Pods of an owner apart. */
    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 7) + "…" + text.substring(text.length() - 6);
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
