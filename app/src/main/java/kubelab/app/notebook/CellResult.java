package kubelab.app.notebook;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What became of a code cell.
 *
 * @param number counted from 1 over the code cells
 * @param total how many code cells there are
 * @param error why it failed; empty if it did not
 * @param outputs in nbformat's shape
 */
public record CellResult(
        int number, int total, String id, Set<String> tags, String error, JsonNode outputs, long millis) {
    public boolean failed() {
        return !error.isEmpty();
    }

    /** A learner's own cell: that it fails is progress, not failure. */
    public boolean isExercise() {
        return tags.stream().anyMatch(t -> t.startsWith("exercise:") || t.startsWith("check:"));
    }

    boolean breaksRun() {
        return failed() && !isExercise() && !tags.contains("raises-exception");
    }

    String toLine() {
        return new JsonMapper().writeValueAsString(this);
    }

    static CellResult ofLine(String line) {
        return new JsonMapper().readValue(line, CellResult.class);
    }
}
