package kubelab.app.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kubelab.app.workspace.WrongUse;
import kubelab.course.Exercise;
import kubelab.grader.Answers;

/**
 * Notices which answers were saved. Looks at the files' times again and again instead of asking the system to tell: that
 * works on every file system, and with editors that write a new file and move it over the old one.
 */
public final class SavedAnswers {
    private static final long PAUSE_MS = 100;

    private final Answers answers;
    private final List<Exercise> exercises;
    private final Map<String, Path> files = new HashMap<>();
    private Map<String, String> seen;

    /** @throws WrongUse when the answers are not in files */
    public SavedAnswers(Answers answers, List<Exercise> exercises) {
        if (!(answers instanceof Answers.Folder || answers instanceof Answers.Notebook)) {
            throw new WrongUse("--watch waits for a file to be saved; a namespace has none.");
        }
        this.answers = answers;
        this.exercises = List.copyOf(exercises);
        this.seen = times();
    }

    /**
     * Ids of the exercises whose file was saved since the last call; for a notebook all of them. A file that is not there
     * is between two steps of a save.
     */
    List<String> changed() {
        Map<String, String> now = times();
        List<String> ids = exercises.stream()
                .map(Exercise::id)
                .filter(id -> now.get(id) != null && !now.get(id).equals(seen.get(id)))
                .toList();
        seen.putAll(now);
        return ids;
    }

    /**
     * Waits until something was saved, and until the saving is over: editors empty a file before they fill it, or write it
     * in several steps, so what counts is a look that sees nothing new.
     */
    List<String> await() throws InterruptedException {
        Set<String> saved = new LinkedHashSet<>();
        while (true) {
            List<String> ids = changed();
            if (ids.isEmpty() && !saved.isEmpty()) {
                return List.copyOf(saved);
            }
            saved.addAll(ids);
            Thread.sleep(PAUSE_MS);
        }
    }

    /** Id → what changes with each save. */
    private Map<String, String> times() {
        Map<String, String> times = new HashMap<>();
        for (Exercise exercise : exercises) {
            file(exercise).flatMap(SavedAnswers::mark).ifPresent(mark -> times.put(exercise.id(), mark));
        }
        return times;
    }

    private Optional<Path> file(Exercise exercise) {
        if (answers instanceof Answers.Notebook notebook) {
            return Optional.of(notebook.path());
        }
        Path known = files.get(exercise.id());
        if (known != null && Files.exists(known)) {
            return Optional.of(known);
        }
        Path folder = ((Answers.Folder) answers).path();
        String name = exercise.className().replace('.', '/') + ".java";
        try (Stream<Path> all = Files.walk(folder)) {
            // as the compiler finds it: in its package's folder, or else wherever a file of that name is
            List<Path> named = all.filter(file -> file.endsWith(exercise.simpleName() + ".java"))
                    .sorted()
                    .toList();
            Optional<Path> found = named.stream()
                    .filter(file -> file.endsWith(name))
                    .findFirst()
                    .or(() -> named.stream().findFirst());
            found.ifPresent(file -> files.put(exercise.id(), file));
            return found;
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // in the middle of a save; the next look will see it
        }
    }

    /** The time alone is too coarse on some file systems; another file moved to its place has another key. */
    private static Optional<String> mark(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
