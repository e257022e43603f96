package kubelab.grader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** All exercises, read from the metadata files beside the solutions, in the order of the chapters. */
public final class Catalogue {
    private static final Path METADATA = Path.of("solutions/src/main/resources/kubelab/labs");
    private static final Path CHAPTERS = Path.of("docs/chapters");
    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<Exercise> exercises;

    private Catalogue(List<Exercise> exercises) {
        this.exercises = List.copyOf(exercises);
    }

    /**
     * @param root the course's folder
     * @throws IllegalArgumentException when a metadata file is wrong: it names the file and what is missing
     */
    public static Catalogue load(Path root) {
        Path folder = root.resolve(METADATA);
        if (!Files.isDirectory(folder)) {
            return new Catalogue(List.of());
        }
        List<Exercise> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                Exercise exercise = read(file);
                if (!ids.add(exercise.id())) {
                    throw new IllegalArgumentException(file + ": the id " + exercise.id() + " is taken");
                }
                found.add(exercise);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> topics = topics(root);
        found.sort(Comparator.comparingInt((Exercise e) -> rank(topics, e.topic()))
                .thenComparing(Exercise::topic)
                .thenComparingInt(e -> number(e.id())));
        return new Catalogue(found);
    }

    public List<Exercise> exercises() {
        return exercises;
    }

    public Optional<Exercise> find(String id) {
        return exercises.stream().filter(e -> e.id().equals(id)).findFirst();
    }

    /**
     * @throws IllegalArgumentException for an unknown id: it says which was probably meant
     */
    public Exercise get(String id) {
        return find(id).orElseThrow(
                        () -> new IllegalArgumentException("There is no exercise " + id + ". " + meant(id)));
    }

    /**
     * One exercise by its id, or those of a chapter by its name.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public List<Exercise> named(String name) {
        List<Exercise> chapter =
                exercises.stream().filter(e -> e.topic().equals(name)).toList();
        return chapter.isEmpty() ? List.of(get(name)) : chapter;
    }

    private String meant(String id) {
        String word = id.toLowerCase(Locale.ROOT);
        List<String> near = exercises.stream()
                .filter(e -> e.topic().equals(word) || e.simpleName().equalsIgnoreCase(word))
                .map(Exercise::id)
                .toList();
        if (near.isEmpty()) {
            near = exercises.stream()
                    .map(Exercise::id)
                    .filter(other -> other.replaceAll("\\W", "").equals(word.replaceAll("\\W", ""))
                            || distance(word, other) <= 2 && number(other) == number(word))
                    .limit(3)
                    .toList();
        }
        return near.isEmpty()
                ? "There are: "
                        + ExerciseRange.of(exercises.stream().map(Exercise::id).toList()) + "."
                : "Did you mean " + String.join(", ", near) + "?";
    }

    /** How many letters differ (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = java.util.stream.IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static Exercise read(Path file) throws IOException {
        JsonNode y = YAML.readTree(Files.readString(file));
        String className = text(file, y, "class");
        String[] packages = className.split("\\.");
        List<String> hints = new ArrayList<>();
        y.path("hints").forEach(h -> hints.add(h.asString().strip()));
        if (hints.size() != 3) {
            throw new IllegalArgumentException(file + ": three hints are wanted, there are " + hints.size());
        }
        Set<String> needs = new HashSet<>();
        y.path("needs").forEach(n -> needs.add(n.asString()));
        return new Exercise(
                text(file, y, "id"),
                className,
                packages[packages.length - 2],
                text(file, y, "title"),
                Exercise.Form.valueOf(text(file, y, "form").toUpperCase(Locale.ROOT)),
                y.path("points").asInt(),
                y.path("minutes").asInt(),
                needs,
                text(file, y, "task"),
                hints,
                rules(y.path("rules")),
                Exercise.Sharing.valueOf(y.path("cluster").asString("shared").toUpperCase(Locale.ROOT)),
                rules(y.path("clusterRules")));
    }

    private static List<Map<String, List<String>>> rules(JsonNode rules) {
        List<Map<String, List<String>>> all = new ArrayList<>();
        for (JsonNode rule : rules) {
            all.add(Map.of(
                    "apiGroups", strings(rule.path("apiGroups")),
                    "resources", strings(rule.path("resources")),
                    "verbs", strings(rule.path("verbs"))));
        }
        return all;
    }

    private static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(n -> all.add(n.asString()));
        return all;
    }

    private static String text(Path file, JsonNode yaml, String key) {
        String value = yaml.path(key).asString("").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException(file + ": \"" + key + "\" is missing");
        }
        return value;
    }

    /** Chapters' topics in their order: the files are numbered, as in {@code 09-pods.adoc}. */
    private static List<String> topics(Path root) {
        Path chapters = root.resolve(CHAPTERS);
        if (!Files.isDirectory(chapters)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(chapters)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".adoc"))
                    .sorted()
                    .map(name -> name.replaceFirst("^\\d+-", "")
                            .replaceFirst("\\.adoc$", "")
                            .replace("-", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int rank(List<String> topics, String topic) {
        int at = topics.indexOf(topic);
        return at < 0 ? topics.size() : at;
    }

    private static int number(String id) {
        String digits = id.replaceFirst(".*?(\\d+)$", "$1");
        return digits.matches("\\d+") ? Integer.parseInt(digits) : 0;
    }
}
