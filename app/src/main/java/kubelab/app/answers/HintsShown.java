package kubelab.app.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import kubelab.cluster.Home;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which hint of each exercise was shown last: one small JSON file in the learner's state folder. A file that cannot be
 * read counts as empty.
 */
public final class HintsShown {
    private static final String FILE = "hints.json";
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, Integer>> NUMBERS = new TypeReference<>() {};

    private final Home home;

    public HintsShown(Home home) {
        this.home = home;
    }

    /** @return its number, from 1; empty where none was shown */
    public OptionalInt last(String exercise) {
        return Optional.ofNullable(read().get(exercise)).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    public void show(String exercise, int number) {
        Map<String, Integer> all = read();
        all.put(exercise, number);
        try {
            home.write(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all));
        } catch (IOException e) {
            throw new UncheckedIOException("the number of the hint could not be kept in " + home.path(), e);
        }
    }

    private Map<String, Integer> read() {
        try {
            return JSON.readValue(Files.readString(home.file(FILE)), NUMBERS);
        } catch (IOException | JacksonException e) {
            return new LinkedHashMap<>();
        }
    }
}
