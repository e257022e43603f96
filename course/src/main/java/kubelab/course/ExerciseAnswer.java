package kubelab.course;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An answer that an exercise is proven with: a wrong one, which breaks a clause of the task, or a right one, which uses a
 * freedom that the task leaves. It is written down as what differs from the solution.
 *
 * @param name unique within the exercise
 * @param breaks the clause that it breaks, or all of them; none for a right answer
 * @param togetherWith clause that it breaks → why no answer can break that one alone
 * @param uses the freedom that it uses; empty for a wrong answer
 * @param points what it gets
 * @param why the mistake, or what is done in another way, in a few words
 * @param regions region of the solution → what is there instead
 * @param edits what is different outside of the regions
 * @param source the whole class, where replacements do not do
 */
public record ExerciseAnswer(
        String name,
        List<String> breaks,
        Map<String, String> togetherWith,
        Optional<String> uses,
        int points,
        String why,
        Map<String, String> regions,
        List<Edit> edits,
        Optional<String> source) {
    /** Where the answers of all exercises are, below the course's folder. */
    public static final String FOLDER = "grader/src/test/answers";

    private static final Set<String> KEYS =
            Set.of("name", "breaks", "together-with", "uses", "points", "why", "regions", "edits", "source");
    private static final String NAME = "[a-z0-9]+(-[a-z0-9]+)*";

    public ExerciseAnswer {
        breaks = List.copyOf(breaks);
        togetherWith = Map.copyOf(togetherWith);
        regions = Map.copyOf(regions);
        edits = List.copyOf(edits);
    }

    /**
     * A replacement in the text.
     *
     * @param from occurs once
     */
    public record Edit(String from, String to) {}

    /** {@code ID.yaml}. */
    public static Path file(Path root, Exercise exercise) {
        return root.resolve(FOLDER).resolve(exercise.id() + ".yaml");
    }

    /**
     * The answers of an exercise, in their file's order; none if there is no file.
     *
     * @throws CourseException when the file is wrong, or names a clause or a freedom that the exercise does not have
     */
    public static List<ExerciseAnswer> read(Path root, Exercise exercise) {
        Path file = file(root, exercise);
        if (!Files.isRegularFile(file)) return List.of();
        List<ExerciseAnswer> answers = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Yaml yaml : Yaml.readList(file, FOLDER + "/" + exercise.id() + ".yaml")) {
            ExerciseAnswer answer = of(yaml.called(yaml.text("name")), exercise);
            if (!names.add(answer.name())
                    || answer.name().equals("solution")
                    || answer.name().equals("starter"))
                throw new CourseException(yaml.where() + ": the name " + answer.name() + " is taken");
            answers.add(answer);
        }
        return answers;
    }

    private static ExerciseAnswer of(Yaml yaml, Exercise exercise) {
        String where = yaml.only(KEYS).where();
        if (!yaml.text("name").matches(NAME)) throw new CourseException(where + ": a name is words with dashes");
        List<String> breaks = known(yaml, "breaks", exercise.clauses(), "clauses");
        List<String> uses = known(yaml, "uses", exercise.freedoms(), "freedoms");
        boolean wrong = !breaks.isEmpty();
        if (wrong ? !uses.isEmpty() : uses.size() != 1)
            throw new CourseException(where + ": an answer either breaks clauses or uses a freedom");
        Map<String, String> togetherWith = yaml.textsById("together-with");
        if (!togetherWith.isEmpty() && (breaks.size() < 2 || !breaks.containsAll(togetherWith.keySet())))
            throw new CourseException(where + ": together-with says of a clause that it breaks, among others, why it"
                    + " cannot be broken alone");
        int points = yaml.has("points") || wrong ? yaml.whole("points") : exercise.points();
        if (wrong ? points < 0 || points >= exercise.points() : points != exercise.points())
            throw new CourseException(where + ": of the " + exercise.points() + " points a right answer has all, a"
                    + " wrong one fewer; not " + points);
        List<Edit> edits = yaml.mappings("edits").stream()
                .map(e -> e.only(Set.of("from", "to")))
                .map(e -> new Edit(e.exact("from"), e.exact("to")))
                .toList();
        ExerciseAnswer answer = new ExerciseAnswer(
                yaml.text("name"),
                breaks,
                togetherWith,
                uses.stream().findFirst(),
                points,
                yaml.text("why"),
                yaml.exactById("regions"),
                edits,
                yaml.has("source") ? Optional.of(yaml.exact("source")) : Optional.empty());
        boolean differs = !answer.regions().isEmpty() || !edits.isEmpty();
        if (answer.source().isPresent() == differs)
            throw new CourseException(where + ": it has either a source, or regions and edits");
        return answer;
    }

    private static List<String> known(Yaml yaml, String key, List<Clause> clauses, String what) {
        List<String> named = yaml.oneOrMore(key);
        List<String> ids = clauses.stream().map(Clause::id).toList();
        if (!ids.containsAll(named))
            throw new CourseException(
                    yaml.where() + ": " + key + " " + String.join(", ", named) + ", and the " + what + " are " + ids);
        return named;
    }

    /** Whether it must get all points. */
    public boolean isRight() {
        return uses.isPresent();
    }

    /**
     * The class as a learner would have written it.
     *
     * @throws CourseException for a region that the solution does not have, and for an edit of what is not there once
     */
    public String render(SolutionSource solution) {
        if (source.isPresent()) return source.get();
        String text = solution.with(regions);
        for (Edit edit : edits) {
            int at = text.indexOf(edit.from());
            if (at < 0 || text.indexOf(edit.from(), at + 1) >= 0)
                throw new CourseException("answer " + name + ": \"" + edit.from() + "\" is there "
                        + (at < 0 ? "nowhere" : "more than once") + "; an edit needs a text that is there once");
            text = text.substring(0, at)
                    + edit.to()
                    + text.substring(at + edit.from().length());
        }
        return text;
    }
}
