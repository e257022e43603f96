package kubelab.course;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The course as its files say it: chapters, claims and exercises, each once. Immutable; what is changed in a file counts
 * from the next {@link #load} on.
 */
public final class Course {
    private final List<Chapter> chapters;
    private final List<Claim> claims;
    private final List<Exercise> exercises;
    private final List<Term> terms;

    private Course(List<Chapter> chapters, List<Claim> claims, List<Exercise> exercises, List<Term> terms) {
        List<String> topics = chapters.stream().map(Chapter::topic).toList();
        this.chapters = List.copyOf(chapters);
        this.claims = List.copyOf(claims);
        this.terms = List.copyOf(terms);
        this.exercises = exercises.stream()
                .sorted(Comparator.comparingInt((Exercise e) -> rank(topics, e.topic()))
                        .thenComparing(e -> ExerciseId.of(e.id())))
                .toList();
    }

    /**
     * Reads docs/chapters, docs/claims.yaml, docs/glossary.yaml and the exercises' files in solutions/; what is not there is empty.
     *
     * @param root the course's folder
     * @throws CourseException when a file is wrong: it names the file and what is missing
     */
    public static Course load(Path root) {
        CourseFiles files = new CourseFiles(root);
        return new Course(files.chapters(), files.claims(), files.exercises(), files.terms());
    }

    /** In the order in which they are learnt: by their numbers, each after those that it names in {@code :after:}. */
    public List<Chapter> chapters() {
        return chapters;
    }

    /** In the order of their file. */
    public List<Claim> claims() {
        return claims;
    }

    /** The claims of one chapter. */
    public List<Claim> claims(Chapter chapter) {
        return claims.stream().filter(c -> c.section().equals(chapter.topic())).toList();
    }

    /** The glossary, in the order of its file. */
    public List<Term> terms() {
        return terms;
    }

    /** In the order of the chapters, those without a chapter last. */
    public List<Exercise> exercises() {
        return exercises;
    }

    /** The exercises of one chapter. */
    public List<Exercise> exercises(Chapter chapter) {
        return ofTopic(chapter.topic());
    }

    public Optional<Exercise> find(String id) {
        return exercises.stream().filter(e -> e.id().equals(id)).findFirst();
    }

    /**
     * @throws CourseException for an unknown id: it says which was probably meant
     */
    public Exercise get(String id) {
        return find(id).orElseThrow(() -> new CourseException("There is no exercise " + id + ". " + meant(id)));
    }

    /**
     * One exercise by its id, or those of a chapter by its topic, {@code config-maps}, or its package, {@code configmaps}.
     *
     * @throws CourseException for an unknown name
     */
    public List<Exercise> named(String name) {
        List<Exercise> chapter = ofTopic(name);
        return chapter.isEmpty() ? List.of(get(name)) : chapter;
    }

    private List<Exercise> ofTopic(String name) {
        return exercises.stream()
                .filter(e ->
                        e.topic().equals(name) || TopicPackage.of(e.topic()).equals(name))
                .toList();
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

    private static int rank(List<String> topics, String topic) {
        int at = topics.indexOf(topic);
        return at < 0 ? topics.size() : at;
    }

    /** Of what was typed, which need not be an id; 0 for none. */
    private static int number(String typed) {
        String digits = typed.replaceFirst(".*?(\\d+)$", "$1");
        return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : 0;
    }
}
