package kubelab.publisher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.json.JsonMapper;

/** A notebook in the making: cells in order, written as nbformat 4.5 without outputs. */
final class Notebook {
    private final List<Map<String, Object>> cells = new ArrayList<>();
    private final Set<String> ids = new LinkedHashSet<>();
    private List<String> needs = List.of();

    void markdown(String id, String text, List<String> tags) {
        if (text.isBlank()) return;
        Map<String, Object> cell = cell("markdown", id, tags, Map.of());
        cell.put("source", lines(text.strip()));
        cells.add(cell);
    }

    void code(String id, String text, List<String> tags, Map<String, Object> kubelab) {
        text.lines()
                .filter(line -> line.stripLeading().startsWith("%"))
                .findFirst()
                .ifPresent(line -> {
                    throw new PublishException(
                            "cell " + id + ": the line \"" + line.strip()
                                    + "\" begins with %, which Java kernels take for a command to them; break the line elsewhere");
                });
        Map<String, Object> cell = cell("code", id, tags, kubelab);
        cell.put("execution_count", null);
        cell.put("outputs", List.of());
        cell.put("source", lines(text.strip()));
        cells.add(cell);
    }

    /** Code that is needed and seldom read: a proof. Jupyter shows it when its bar is clicked. */
    void folded(String id, String text, List<String> tags, Map<String, Object> kubelab) {
        List<String> all = new ArrayList<>(tags);
        all.add("proof");
        code(id, text, all, kubelab);
        if (cells.get(cells.size() - 1).get("metadata") instanceof Map<?, ?> metadata) {
            Map<String, Object> folded = new LinkedHashMap<>(Map.of("jupyter", Map.of("source_hidden", true)));
            metadata.forEach((key, value) -> folded.put(String.valueOf(key), value));
            cells.get(cells.size() - 1).put("metadata", folded);
        }
    }

    /**
     * @param abilities of the cluster, with spaces between, without which the chapter cannot be run; may be empty
     */
    void needs(String abilities) {
        needs = abilities.isBlank() ? List.of() : List.of(abilities.strip().split("\\s+"));
    }

    String json() {
        Map<String, Object> nb = new LinkedHashMap<>();
        nb.put("cells", cells);
        Map<String, Object> metadata = new LinkedHashMap<>();
        nb.put("metadata", metadata);
        metadata.putAll(ordered(
                "kernelspec",
                ordered("display_name", "Kubernetes lab (Java)", "language", "java", "name", "kubelab"),
                "language_info",
                ordered(
                        "codemirror_mode", "java",
                        "file_extension", ".jshell",
                        "mimetype", "text/x-java-source",
                        "name", "java")));
        if (!needs.isEmpty()) metadata.put("kubelab", Map.of("needs", needs));
        nb.put("nbformat", 4);
        nb.put("nbformat_minor", 5);
        DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
        // The spacing that Jupyter itself writes, so that saving a notebook unchanged makes no difference.
        Separators separators = PrettyPrinter.DEFAULT_SEPARATORS
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        PrettyPrinter printer = new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return JsonMapper.builder()
                        .defaultPrettyPrinter(printer)
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(nb)
                + "\n";
    }

    private Map<String, Object> cell(String type, String wanted, List<String> tags, Map<String, Object> kubelab) {
        String id = wanted;
        for (int n = 2; !ids.add(id); n++) id = wanted + "-" + n;
        if (!id.matches("[a-zA-Z0-9_-]{1,64}"))
            throw new PublishException("cell id " + id + ": nbformat wants 1 to 64 letters, digits, - and _");
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (!kubelab.isEmpty()) metadata.put("kubelab", kubelab);
        if (!tags.isEmpty()) metadata.put("tags", tags);
        return ordered("cell_type", type, "id", id, "metadata", metadata);
    }

    /** Source as nbformat stores it: one string a line, each but the last with its line end. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < lines.size() - 1; i++) lines.set(i, lines.get(i) + "\n");
        return lines;
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        return map;
    }
}
