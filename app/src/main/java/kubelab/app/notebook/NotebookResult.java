package kubelab.app.notebook;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A notebook's run.
 *
 * @param executed the notebook with its outputs
 * @param ended why the run ended before its last cell; empty if it did not
 */
public record NotebookResult(List<CellResult> cells, Path executed, String ended, Duration took) {
    public boolean ok() {
        return ended.isEmpty() && cells.stream().noneMatch(CellResult::breaksRun);
    }

    /** The cells that make {@link #ok} false. */
    public List<CellResult> broken() {
        return cells.stream().filter(CellResult::breaksRun).toList();
    }
}
