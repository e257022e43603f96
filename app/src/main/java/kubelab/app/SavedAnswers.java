package kubelab.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.Answers;
import kubelab.grader.Exercise;

/**
 * Notices which answers were saved. Looks at the files' times again and again instead of asking the system to tell: that
 * works on every file system, and with editors that write a new file and move it over the old one.
 */
final class SavedAnswers {
    private static final long PAUSE_MS = 200;

    private final Answers answers;
    private final List<Exercise> exercises;
    private Map<String, FileTime> seen;

    /** @throws Kubelab.WrongUse when the answers are not in files */
    SavedAnswers(Answers answers, List<Exercise> exercises) {
        if (!(answers instanceof Answers.Folder || answers instanceof Answers.Notebook)) {
            throw new Kubelab.WrongUse("--watch waits for a file to be saved; a namespace has none.");
        }
        this.answers = answers;
        this.exercises = List.copyOf(exercises);
        this.seen = times();
    }

    /** Ids of the exercises whose file was saved since the last call; for a notebook all of them. */
    List<String> changed() {
        Map<String, FileTime> now = times();
        List<String> ids = exercises.stream()
                .map(Exercise::id)
                .filter(id -> now.get(id) != null && !now.get(id).equals(seen.get(id)))
                .toList();
        seen = now;
        return ids;
    }

    /** Waits until something was saved. */
    List<String> await() throws InterruptedException {
        while (true) {
            List<String> ids = changed();
            if (!ids.isEmpty()) {
                return ids;
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    private Map<String, FileTime> times() {
        Map<String, FileTime> times = new HashMap<>();
        for (Exercise exercise : exercises) {
            file(exercise).flatMap(SavedAnswers::time).ifPresent(time -> times.put(exercise.id(), time));
        }
        return times;
    }

    private Optional<Path> file(Exercise exercise) {
        if (answers instanceof Answers.Notebook notebook) {
            return Optional.of(notebook.path());
        }
        Path folder = ((Answers.Folder) answers).path();
        String name = exercise.className().replace('.', '/') + ".java";
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // in the middle of a save; the next look will see it
        }
    }

    private static Optional<FileTime> time(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
