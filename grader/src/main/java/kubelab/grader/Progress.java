package kubelab.grader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers the best result of each exercise and way of answering, so that {@code list} can show it. One small JSON file
 * in the learner's state folder; a file that cannot be read counts as empty.
 */
public final class Progress {
    private static final String FILE = "progress.json";
    private static final Set<Outcome> NOTHING_TO_REMEMBER =
            Set.of(Outcome.NOT_BEGUN, Outcome.SKIPPED, Outcome.UNGRADABLE);
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, Entry>> ENTRIES = new TypeReference<>() {};

    private final Path directory;

    private Progress(Path directory) {
        this.directory = directory;
    }

    /**
     * @param by labs, notebook, namespace or solutions
     */
    public record Entry(String exercise, String by, String outcome, int points, int maxPoints, String when) {}

    public static Progress open(Path directory) {
        return new Progress(directory);
    }

    /** The best result of an exercise over all ways of answering; solutions do not count. */
    public Optional<Entry> best(String exercise) {
        return read().values().stream()
                .filter(e -> e.exercise().equals(exercise) && !e.by().equals("solutions"))
                .reduce((a, b) -> b.points() > a.points() ? b : a);
    }

    /**
     * @param when the grading began
     */
    void record(ExerciseResult result, Instant when, Answers answers) {
        if (NOTHING_TO_REMEMBER.contains(result.outcome())) {
            return;
        }
        String by = way(answers);
        Entry entry = new Entry(
                result.exercise().id(),
                by,
                result.outcome().name(),
                result.points(),
                result.maxPoints(),
                when.toString());
        // two commands at once: each reads and writes under the file's lock, which a JVM has once for all its threads
        synchronized (Progress.class) {
            try {
                Files.createDirectories(directory);
                try (FileChannel channel = FileChannel.open(
                                directory.resolve("progress.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    Map<String, Entry> entries = read();
                    entries.merge(
                            entry.exercise() + "/" + by, entry, (old, now) -> old.points() > now.points() ? old : now);
                    Path next = Files.createTempFile(directory, "progress", ".tmp");
                    Files.writeString(
                            next, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(entries));
                    Files.move(
                            next,
                            directory.resolve(FILE),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("progress could not be kept in " + directory, e);
            }
        }
    }

    private Map<String, Entry> read() {
        try {
            return JSON.readValue(Files.readString(directory.resolve(FILE)), ENTRIES);
        } catch (IOException | tools.jackson.core.JacksonException e) {
            return new LinkedHashMap<>();
        }
    }

    private static String way(Answers answers) {
        if (answers instanceof Answers.Folder folder) {
            return String.valueOf(folder.path().getFileName());
        }
        return answers instanceof Answers.State ? "namespace" : "notebook";
    }
}
