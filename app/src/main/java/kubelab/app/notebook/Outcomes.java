package kubelab.app.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What came of a notebook's cells, without what differs from run to run (names, times, addresses). */
public final class Outcomes {
    private Outcomes() {}

    /** One line for each cell that failed in one notebook and not in the other, or showed something of another sort. */
    public static List<String> differences(Path one, Path other) throws IOException {
        List<NotebookFile.Cell> left = NotebookFile.read(one).code();
        List<NotebookFile.Cell> right = NotebookFile.read(other).code();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String a = i < left.size() ? outcome(left.get(i)) : "no such cell";
            String b = i < right.size() ? outcome(right.get(i)) : "no such cell";
            if (!a.equals(b)) {
                found.add("cell " + (i + 1) + " ("
                        + left.get(Math.min(i, left.size() - 1)).id() + "): " + a + " / " + b);
            }
        }
        return found;
    }

    private static String outcome(NotebookFile.Cell cell) {
        boolean failed = false;
        boolean printed = false;
        List<String> shown = new ArrayList<>();
        for (JsonNode output : cell.node().path("outputs")) {
            switch (output.path("output_type").asString("")) {
                case "error" -> failed = true;
                case "stream" -> printed |= output.path("name").asString("").equals("stdout");
                case "display_data" -> shown.add(firstWord(output));
                default -> {} // the value of a last expression: kernels render it each in its own way
            }
        }
        return (failed ? "failed" : "ran")
                + (printed ? ", printed" : "")
                + (shown.isEmpty() ? "" : ", showed " + shown);
    }

    /** A verdict's mark, or the first word of a table's head. */
    private static String firstWord(JsonNode output) {
        JsonNode text = output.path("data").path("text/plain");
        String plain = text.isArray() ? text.path(0).asString("") : text.asString("");
        return plain.strip().split("\\s+")[0];
    }
}
