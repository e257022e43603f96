package kubelab.publisher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What is authored: chapters, claims, exercises and their Java files, found below the project's root. */
final class Sources {
    private static final Pattern CHAPTER = Pattern.compile("(\\d\\d)-([a-z-]+)\\.adoc");
    private static final Pattern EXERCISE_ID = Pattern.compile("[a-z][a-z-]*-[1-9]\\d?");

    /** One chapter: {@code 09-pods}, its topic {@code pods}, its title and file. */
    record Chapter(String id, String topic, String title, String summary, Path file) {}

    private final Path root;
    private final YAMLMapper yaml = new YAMLMapper();
    private final Map<String, Exercise> exercises;
    private final Map<String, Claim> claims;
    private final List<Chapter> chapters;

    Sources(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.exercises = readExercises();
        this.claims = readClaims();
        this.chapters = readChapters();
    }

    Path root() {
        return root;
    }

    /** Sorted by chapter topic and number. */
    Map<String, Exercise> exercises() {
        return exercises;
    }

    Map<String, Claim> claims() {
        return claims;
    }

    List<Chapter> chapters() {
        return chapters;
    }

    Path solutions() {
        return root.resolve("solutions/src/main/java");
    }

    SolutionSource solution(Exercise exercise) {
        return source(exercise.javaFile(), "the class of " + exercise.id());
    }

    SolutionSource proof(Claim claim) {
        return source(claim.javaFile(), "the proof of " + claim.id());
    }

    private SolutionSource source(String javaFile, String what) {
        Path file = solutions().resolve(javaFile);
        if (!Files.isRegularFile(file))
            throw new PublishException(relative(file) + ": missing: " + what + " is expected there");
        return new SolutionSource(relative(file), read(file));
    }

    String relative(Path file) {
        return root.relativize(file.toAbsolutePath().normalize()).toString().replace('\\', '/');
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** All regular files below a folder in a fixed order; none if there is no such folder. */
    static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private Map<String, Exercise> readExercises() {
        Map<String, Exercise> found = new TreeMap<>((a, b) -> {
            int topic = a.substring(0, a.lastIndexOf('-')).compareTo(b.substring(0, b.lastIndexOf('-')));
            return topic != 0 ? topic : Integer.compare(number(a), number(b));
        });
        for (Path file : files(root.resolve("solutions/src/main/resources/kubelab/labs"))) {
            if (!file.toString().endsWith(".yaml")) continue;
            String where = relative(file);
            JsonNode node = parse(file);
            Exercise e = new Exercise(
                    text(node, "id", where),
                    text(node, "class", where),
                    text(node, "title", where),
                    text(node, "form", where),
                    (int) number(node, "points", where),
                    (int) number(node, "minutes", where),
                    strings(node.get("needs")),
                    text(node, "task", where),
                    strings(node.get("hints")));
            if (!EXERCISE_ID.matcher(e.id()).matches())
                throw new PublishException(where + ": id " + e.id() + " is not of the form topic-number");
            if (!file.getFileName().toString().equals(e.id() + ".yaml"))
                throw new PublishException(
                        where + ": holds the id " + e.id() + "; the file should be " + e.id() + ".yaml");
            if (e.hints().size() != 3)
                throw new PublishException(where + ": 3 hints wanted, each giving away more; found "
                        + e.hints().size());
            if (found.put(e.id(), e) != null) throw new PublishException(where + ": a second exercise " + e.id());
        }
        return found;
    }

    private Map<String, Claim> readClaims() {
        Path file = root.resolve("docs/claims.yaml");
        Map<String, Claim> found = new LinkedHashMap<>();
        for (JsonNode node : parse(file).path("claims")) {
            String id = text(node, "id", "docs/claims.yaml");
            String where = "docs/claims.yaml: " + id;
            Claim claim = new Claim(
                    id,
                    text(node, "section", where),
                    text(node, "claim", where),
                    Claim.Verdict.valueOf(text(node, "verdict", where)),
                    text(node, "proof", where),
                    text(node, "falsifier", where));
            if (found.put(id, claim) != null) throw new PublishException(where + ": is there twice");
        }
        return found;
    }

    private List<Chapter> readChapters() {
        List<Chapter> found = new ArrayList<>();
        for (Path file : files(root.resolve("docs/chapters"))) {
            Matcher name = CHAPTER.matcher(file.getFileName().toString());
            if (!name.matches())
                throw new PublishException(relative(file) + ": a chapter's file is called NN-topic.adoc");
            String text = read(file);
            String title = first(text, "^= (.+)$");
            String summary = first(text, "^:description: (.+)$");
            if (title == null || summary == null)
                throw new PublishException(
                        relative(file) + ":1: a chapter starts with '= Title' and ':description: …'");
            found.add(new Chapter(name.group(1) + "-" + name.group(2), name.group(2), title, summary, file));
        }
        return found;
    }

    private JsonNode parse(Path file) {
        try {
            return yaml.readTree(read(file));
        } catch (JacksonException e) {
            throw new PublishException(relative(file) + ": " + e.getOriginalMessage());
        }
    }

    private static @Nullable String first(String text, String regex) {
        Matcher m = Pattern.compile(regex, Pattern.MULTILINE).matcher(text);
        return m.find() ? m.group(1).strip() : null;
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    }

    private static String text(JsonNode node, String field, String where) {
        JsonNode value = node.get(field);
        if (value == null || !value.isString() || value.asString().isBlank())
            throw new PublishException(where + ": '" + field + "' is missing or no text");
        return value.asString().strip();
    }

    private static long number(JsonNode node, String field, String where) {
        JsonNode value = node.get(field);
        if (value == null || !value.isIntegralNumber())
            throw new PublishException(where + ": '" + field + "' is missing or no whole number");
        return value.asLong();
    }

    private static List<String> strings(@Nullable JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node != null) node.forEach(n -> found.add(n.asString().strip()));
        return found;
    }
}
