package kubelab.publisher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kubelab.course.CourseException;

/**
 * What {@code kubelab author} does: write all that is generated, or check that it is current. Every method prints
 * what it found and returns an exit code: 0 all is well, 1 something is to be repaired (each message names the file and
 * what repairs it).
 */
public final class Author {
    private final Path root;
    private final PrintStream out;

    /** @param root the project's root folder, the one with docs/ and solutions/ */
    public Author(Path root, PrintStream out) {
        this.root = root.toAbsolutePath().normalize();
        this.out = out;
    }

    /**
     * Writes notebooks, starters, the labs' README and the chapter table. A file that was edited since it was written is
     * kept, and the new one is put beside it as {@code NAME.new}.
     */
    public int update() {
        return guarded(() -> {
            Sources sources = new Sources(root);
            Map<String, String> files;
            try (AsciidocRenderer renderer = new AsciidocRenderer(sources)) {
                files = Generated.of(sources, renderer);
            }
            Manifest before = Manifest.read(root);
            files.forEach((path, content) -> put(before, path, content));
            for (String path : before.hashes().keySet()) if (!files.containsKey(path)) retire(before, path);
            Manifest.of(files).write(root);
            Path readme = root.resolve(Generated.README);
            String text = Sources.read(readme);
            String renewed = Generated.withTable(text, Generated.chapterTable(sources));
            if (!renewed.equals(text)) {
                write(readme, renewed);
                out.println("wrote  " + Generated.README + " (chapter table)");
            }
            return report(new Checks(sources).problems());
        });
    }

    /**
     * Proves that ids agree everywhere and that nothing generated is stale.
     *
     * @param strict also that no generated file was edited, removed or added by hand. A learner edits labs/ and
     *     notebooks/, so the build checks without; CI and {@code kubelab author check} with.
     */
    public int check(boolean strict) {
        return guarded(() -> {
            Sources sources = new Sources(root);
            List<String> problems = new ArrayList<>(new Checks(sources).problems());
            Map<String, String> files;
            try (AsciidocRenderer renderer = new AsciidocRenderer(sources)) {
                files = Generated.of(sources, renderer);
            }
            problems.addAll(Checks.stale(sources, files));
            if (strict) {
                problems.addAll(Checks.edited(sources, files));
                problems.addAll(Recorded.problems(sources, files));
            }
            return report(problems);
        });
    }

    public int handbook(Path folder) {
        return handbook(folder, step -> {});
    }

    /**
     * Writes the HTML handbook and the slides into a folder; both work offline. Under its cells the handbook has what
     * {@link #record} has recorded; where that is older than the cell, it says so instead, and so does this method.
     *
     * @param folder gets index.html with a page for each chapter, handbook.html with all of them, slides.html and reveal/
     * @param step is told what it is at; all of it takes half a minute or more
     */
    public int handbook(Path folder, Consumer<String> step) {
        return guarded(() -> {
            Sources sources = new Sources(root);
            step.accept("starting AsciiDoctor (half a minute in all)");
            try (AsciidocRenderer renderer = new AsciidocRenderer(sources)) {
                step.accept("reading recorded outputs");
                Recorded recorded = Recorded.of(sources, renderer);
                step.accept("writing the handbook and its pictures");
                String whole = renderer.handbook(root.resolve("docs/handbook.adoc"), recorded);
                write(folder.resolve(HandbookPages.WHOLE), whole);
                HandbookPages.of(whole).forEach((name, page) -> write(folder.resolve(name), page));
                recorded.problems().forEach(p -> out.println("✘ " + p));
                step.accept("writing the slides");
                write(folder.resolve("slides.html"), renderer.slides(root.resolve("docs/slides.adoc")));
            }
            for (String asset : Assets.SLIDES) Assets.copy(asset, folder);
            out.println("wrote  " + folder.resolve(HandbookPages.INDEX) + " and a page for each chapter");
            out.println("wrote  " + folder.resolve(HandbookPages.WHOLE) + ", all of it on one page, to print");
            out.println("wrote  " + folder.resolve("slides.html"));
            return 0;
        });
    }

    /**
     * Keeps what a run of a chapter's notebook printed and showed, as {@code docs/recorded/09-pods.json}. If it differs
     * from what is there only in what is new in every run (uids, addresses, ages), the file stays as it is.
     *
     * @param executed the notebook with its outputs; ran with the solutions as answers
     * @param cluster what it ran on, for people
     * @param kubernetes the server's version
     */
    public int record(Path executed, String cluster, String kubernetes) {
        return guarded(() -> {
            Sources sources = new Sources(root);
            String chapter = executed.getFileName().toString().replaceFirst("\\.ipynb$", "");
            Recording recording =
                    Recorded.made(sources, chapter, NotebookCells.of(Sources.read(executed)), cluster, kubernetes);
            Path file = Recording.file(root, chapter);
            if (Files.exists(file) && Recording.read(root, chapter).sameButForChance(recording)) {
                out.println("same   " + sources.relative(file));
            } else {
                write(file, recording.json());
                out.println("wrote  " + sources.relative(file));
            }
            return 0;
        });
    }

    /**
     * Starts a new exercise: solution, metadata, check and wrong answers, each with what is to be filled in.
     *
     * @param topic the chapter's topic, such as {@code pods}
     * @param name of the exercise, such as {@code shared-volume}
     * @param form state, repair, question, or the kind of component: scheduler, balancer
     */
    public int create(String topic, String name, String form) {
        return guarded(() -> {
            Sources sources = new Sources(root);
            Map<String, String> files = ExerciseScaffold.of(sources, topic, name, form);
            for (String path : files.keySet())
                if (Files.exists(root.resolve(path)))
                    throw new PublishException(path + ": is there already; choose another name");
            files.forEach((path, content) -> {
                write(root.resolve(path), content);
                out.println("wrote  " + path);
            });
            return 0;
        });
    }

    /**
     * Starts a new chapter in the form that all have, and puts it into the spines of handbook and slides.
     *
     * @param id as in {@code 11-volumes}
     */
    public int createChapter(String id) {
        return guarded(() -> {
            Map<String, String> files = ChapterScaffold.of(new Sources(root), id);
            files.forEach((path, content) -> {
                if (!ChapterScaffold.isSpine(path) && Files.exists(root.resolve(path)))
                    throw new PublishException(path + ": is there already");
            });
            files.forEach((path, content) -> {
                write(root.resolve(path), content);
                out.println("wrote  " + path);
            });
            return 0;
        });
    }

    private void put(Manifest before, String path, String content) {
        Path file = root.resolve(path);
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        String now = Files.exists(file) ? Sources.read(file) : null;
        if (content.equals(now)) return;
        if (now == null || before.wrote(path, now)) {
            write(file, content);
            out.println("wrote  " + path);
        } else if (!before.wrote(path, content)) {
            // Edited by a learner: theirs stays. A starter that did not change needs no second copy.
            write(beside, content);
            out.println("kept   " + path + " (edited); the new one is " + root.relativize(beside));
        }
    }

    private void retire(Manifest before, String path) {
        Path file = root.resolve(path);
        if (!Files.exists(file)) return;
        if (!before.wrote(path, Sources.read(file))) {
            out.println("kept   " + path + " (edited), which the course no longer has");
            return;
        }
        try {
            Files.delete(file);
            out.println("removed " + path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    private int report(List<String> problems) {
        problems.forEach(p -> out.println("✘ " + p));
        if (problems.isEmpty()) out.println("✔ chapters, claims, exercises and everything generated agree");
        return problems.isEmpty() ? 0 : 1;
    }

    private int guarded(java.util.function.IntSupplier work) {
        try {
            return work.getAsInt();
        } catch (PublishException | CourseException e) {
            return report(List.of(e.getMessage() == null ? e.toString() : e.getMessage()));
        }
    }

    static void write(Path file, String content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
