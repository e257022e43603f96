package kubelab.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the files in which the course is written down. What is not there is empty, what is wrong is refused. */
final class CourseFiles {
    private static final Pattern CHAPTER = Pattern.compile("\\d\\d-(" + ExerciseId.TOPIC + ")\\.adoc");
    private static final Pattern TITLE = Pattern.compile("^= (.+)$", Pattern.MULTILINE);
    private static final Pattern SUMMARY = Pattern.compile("^:description: (.+)$", Pattern.MULTILINE);
    private static final Pattern AFTER = Pattern.compile("^:after: (.+)$", Pattern.MULTILINE);
    private static final Set<String> EXERCISE = Set.of(
            "id",
            "class",
            "title",
            "form",
            "stars",
            "minutes",
            "needs",
            "task",
            "hints",
            "rules",
            "cluster",
            "clusterRules",
            "criteria",
            "clauses",
            "freedoms",
            "debrief");
    private static final Set<String> CLAIM =
            Set.of("id", "section", "claim", "verdict", "shows", "caveat", "proof", "falsifier");

    private final Path root;

    CourseFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** In the order in which they are learnt: by their numbers, but each after those that its {@code :after:} names. */
    List<Chapter> chapters() {
        List<Chapter> found = new ArrayList<>();
        Map<Chapter, List<String>> after = new LinkedHashMap<>();
        Map<String, String> packages = new LinkedHashMap<>();
        for (Path file : below("docs/chapters", ".adoc")) {
            String name = file.getFileName().toString();
            Matcher parts = CHAPTER.matcher(name);
            if (!parts.matches())
                throw new CourseException(relative(file) + ": a chapter's file is called NN-topic.adoc");
            String other = packages.put(TopicPackage.of(parts.group(1)), name);
            if (other != null)
                throw new CourseException(
                        relative(file) + ": " + other + " has the same package: " + TopicPackage.labs(parts.group(1)));
            String text = text(file);
            Matcher title = TITLE.matcher(text);
            Matcher summary = SUMMARY.matcher(text);
            if (!title.find() || !summary.find())
                throw new CourseException(relative(file) + ":1: a chapter starts with '= Title' and ':description: …'");
            String id = name.replace(".adoc", "");
            Chapter chapter = new Chapter(
                    id,
                    title.group(1).strip(),
                    summary.group(1).strip(),
                    file,
                    root.resolve("notebooks/" + id + ".ipynb"));
            found.add(chapter);
            Matcher earlier = AFTER.matcher(text);
            after.put(chapter, earlier.find() ? List.of(earlier.group(1).strip().split(",\\s*")) : List.of());
        }
        return ordered(found, after);
    }

    private List<Chapter> ordered(List<Chapter> byNumber, Map<Chapter, List<String>> after) {
        after.forEach((chapter, topics) -> topics.forEach(topic -> {
            if (byNumber.stream().noneMatch(c -> c.topic().equals(topic)))
                throw new CourseException(relative(chapter.file()) + ": ':after: " + topic + "' is no chapter's topic");
        }));
        List<Chapter> open = new ArrayList<>(byNumber);
        List<Chapter> ordered = new ArrayList<>();
        while (!open.isEmpty()) {
            Chapter next = open.stream()
                    .filter(c -> open.stream()
                            .noneMatch(o -> after.getOrDefault(c, List.of()).contains(o.topic())))
                    .findFirst()
                    .orElseThrow(() -> new CourseException("These chapters are ':after:' one another: "
                            + open.stream().map(Chapter::topic).collect(Collectors.joining(", "))));
            open.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    /** In the order of the file. */
    List<Claim> claims() {
        Path file = root.resolve("docs/claims.yaml");
        if (!Files.isRegularFile(file)) return List.of();
        List<Claim> found = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Yaml yaml : Yaml.read(file, relative(file)).only(Set.of("claims")).mappings("claims")) {
            String id = yaml.text("id");
            Yaml claim = yaml.called(id).only(CLAIM);
            if (!ids.add(id)) throw new CourseException(claim.where() + ": is there twice");
            Claim.Verdict verdict = claim.word("verdict", Claim.Verdict.values());
            if (verdict == Claim.Verdict.T && claim.has("caveat"))
                throw new CourseException(claim.where() + ": a true claim has no caveat; its verdict may be N");
            found.add(new Claim(
                    id,
                    claim.text("section"),
                    claim.text("claim"),
                    verdict,
                    claim.text("shows"),
                    verdict == Claim.Verdict.T ? "" : claim.text("caveat"),
                    claim.text("proof"),
                    claim.text("falsifier")));
        }
        return found;
    }

    /** In the order of the file. */
    List<Term> terms() {
        Path file = root.resolve("docs/glossary.yaml");
        if (!Files.isRegularFile(file)) return List.of();
        List<Term> found = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Yaml yaml : Yaml.read(file, relative(file)).only(Set.of("terms")).mappings("terms")) {
            String name = yaml.text("term");
            Yaml entry = yaml.called(name).only(Set.of("term", "also", "words", "chapter"));
            Term term = new Term(name, entry.texts("also"), entry.text("words"), entry.text("chapter"));
            for (String form : term.forms())
                if (!names.add(form.toLowerCase(Locale.ROOT)))
                    throw new CourseException(entry.where() + ": " + form + " is there twice");
            found.add(term);
        }
        return found;
    }

    /** In no order. */
    List<Exercise> exercises() {
        List<Exercise> found = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Path file : below("solutions/src/main/resources/kubelab/labs", ".yaml")) {
            Exercise exercise = exercise(file);
            if (!ids.add(exercise.id()))
                throw new CourseException(relative(file) + ": a second exercise " + exercise.id());
            found.add(exercise);
        }
        return found;
    }

    private Exercise exercise(Path file) {
        String where = relative(file);
        Yaml yaml = Yaml.read(file, where).only(EXERCISE);
        String id = yaml.text("id");
        if (!file.endsWith(id + ".yaml"))
            throw new CourseException(where + ": holds the id " + id + "; the file should be " + id + ".yaml");
        List<String> hints = yaml.texts("hints");
        if (hints.size() != Exercise.HINTS)
            throw new CourseException(
                    where + ": " + Exercise.HINTS + " hints wanted, each giving away more; found " + hints.size());
        try {
            return new Exercise(
                    id,
                    yaml.text("class"),
                    yaml.text("title"),
                    yaml.word("form", Exercise.Form.values()),
                    yaml.whole("stars"),
                    yaml.whole("minutes"),
                    new LinkedHashSet<>(yaml.texts("needs")),
                    yaml.text("task"),
                    hints,
                    rules(yaml.mappings("rules")),
                    yaml.has("cluster") ? yaml.word("cluster", Exercise.Sharing.values()) : Exercise.Sharing.SHARED,
                    rules(yaml.mappings("clusterRules")),
                    yaml.mappings("criteria").stream().map(CriterionSpec::of).toList(),
                    clauses(yaml, "clauses"),
                    clauses(yaml, "freedoms"),
                    yaml.has("debrief") ? yaml.text("debrief") : "");
        } catch (CourseException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(where) ? e : new CourseException(where + ": " + message);
        }
    }

    private static List<Map<String, List<String>>> rules(List<Yaml> rules) {
        List<String> keys = List.of("apiGroups", "resources", "verbs");
        return rules.stream()
                .map(rule -> rule.only(Set.copyOf(keys)))
                .map(rule -> keys.stream().collect(Collectors.toUnmodifiableMap(key -> key, rule::texts)))
                .toList();
    }

    private static List<Clause> clauses(Yaml yaml, String key) {
        return yaml.textsById(key).entrySet().stream()
                .map(e -> new Clause(e.getKey(), e.getValue()))
                .toList();
    }

    private List<Path> below(String folder, String suffix) {
        Path top = root.resolve(folder);
        if (!Files.isDirectory(top)) return List.of();
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + top, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** As messages name a file, and the same on every system. */
    private String relative(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
