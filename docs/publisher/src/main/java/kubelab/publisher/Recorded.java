package kubelab.publisher;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.course.Chapter;
import org.jspecify.annotations.Nullable;

/** The recordings of all chapters, held against the cells as they are now. */
final class Recorded {
    /** One chapter; its recording is null if there is none that can be read. */
    record OfChapter(
            Chapter chapter,
            NotebookCells cells,
            Map<String, String> now,
            @Nullable Recording recording) {
        /** The outputs of this cell, or null if they are missing or belong to another text of the cell. */
        @Nullable
        List<Recording.Output> outputs(String id) {
            Recording.Cell cell = recording == null ? null : recording.cells().get(id);
            return cell != null && cell.source().equals(now.get(id)) ? cell.outputs() : null;
        }
    }

    private final List<OfChapter> chapters = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Recorded() {}

    static Recorded of(Sources sources, AsciidocRenderer renderer) {
        Map<String, String> files = new LinkedHashMap<>();
        sources.chapters().forEach(c -> files.put(notebook(c), renderer.notebook(c)));
        return of(sources, files);
    }

    /** @param files what is generated, the notebooks among it */
    private static Recorded of(Sources sources, Map<String, String> files) {
        Recorded recorded = new Recorded();
        sources.chapters()
                .forEach(c -> recorded.add(sources, c, NotebookCells.of(files.getOrDefault(notebook(c), ""))));
        recorded.orphans(sources);
        return recorded;
    }

    /** Outputs that are stale, missing or left over. */
    static List<String> problems(Sources sources, Map<String, String> files) {
        return of(sources, files).problems();
    }

    List<String> problems() {
        return problems;
    }

    List<OfChapter> chapters() {
        return chapters;
    }

    /** A recording from a notebook that ran. */
    static Recording made(Sources sources, String chapter, NotebookCells executed, String cluster, String kubernetes) {
        if (sources.chapters().stream().noneMatch(c -> c.id().equals(chapter)))
            throw new PublishException(chapter + ": there is no such chapter");
        NotebookCells written =
                NotebookCells.of(Sources.read(sources.root().resolve("notebooks/" + chapter + ".ipynb")));
        for (int i = 0; i < Math.max(written.all().size(), executed.all().size()); i++) {
            if (i < Math.min(written.all().size(), executed.all().size())) {
                NotebookCells.Code now = written.all().get(i);
                NotebookCells.Code ran = executed.all().get(i);
                boolean same = now.id().equals(ran.id())
                        && (!now.exercise().isEmpty() || now.source().equals(ran.source()));
                if (same) continue;
            }
            throw new PublishException(chapter + ": the notebook has changed since it ran; " + Recording.mend(chapter));
        }
        Map<String, String> hashes = written.fingerprints(sources);
        Map<String, Recording.Cell> cells = new LinkedHashMap<>();
        for (NotebookCells.Code cell : executed.all()) {
            cells.put(cell.id(), cell(hashes, cell.id(), Recording.outputs(cell.outputs())));
        }
        return new Recording(cluster, kubernetes, cells);
    }

    private static Recording.Cell cell(Map<String, String> hashes, String id, List<Recording.Output> outputs) {
        return new Recording.Cell(hashes.getOrDefault(id, ""), outputs);
    }

    private void add(Sources sources, Chapter chapter, NotebookCells cells) {
        Map<String, String> now = cells.fingerprints(sources);
        Recording recording = null;
        try {
            recording = Recording.read(sources.root(), chapter.id());
        } catch (PublishException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        OfChapter found = new OfChapter(chapter, cells, now, recording);
        chapters.add(found);
        if (recording == null) return;
        String file = Recording.FOLDER + "/" + chapter.id() + ".json: ";
        String mend = "; " + Recording.mend(chapter.id());
        for (String id : now.keySet())
            if (found.outputs(id) == null)
                problems.add(file
                        + (recording.cells().containsKey(id)
                                ? "stale: the code of cell " + id + " has changed since its output was recorded"
                                : "cell " + id + " has no recorded output")
                        + mend);
        for (String id : recording.cells().keySet())
            if (!now.containsKey(id)) problems.add(file + "there is no cell " + id + " any more" + mend);
    }

    private void orphans(Sources sources) {
        for (var file : Sources.files(sources.root().resolve(Recording.FOLDER)))
            if (sources.chapters().stream()
                    .noneMatch(c -> Recording.file(sources.root(), c.id()).equals(file) && Files.exists(c.file())))
                problems.add(sources.relative(file) + ": orphan: no such chapter; remove it");
    }

    private static String notebook(Chapter chapter) {
        return "notebooks/" + chapter.id() + ".ipynb";
    }
}
