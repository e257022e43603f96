package kubelab.course;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is said of a criterion in its exercise's file; how it is looked at is the check's.
 *
 * @param id unique within the exercise
 * @param judges ids of the clauses that this criterion judges
 * @param hint the number of the hint that helps, 1 to 3
 * @param kubectl the kubectl words that show it, without namespace; empty where none does
 * @param within how long it may take until it holds; longer while the namespace has not come to rest
 * @param keeps how long it must go on holding
 * @param hidden not listed before grading
 * @param needs ids of earlier criteria without which it makes no sense to try this one
 * @param patient goes on looking until {@code within} is over although the namespace is at rest: for logs, which change
 *     no object, and for back-offs
 */
public record CriterionSpec(
        String id,
        String title,
        int points,
        List<String> judges,
        int hint,
        String kubectl,
        Duration within,
        Duration keeps,
        boolean hidden,
        List<String> needs,
        boolean patient) {
    /** For a criterion that names no time. */
    public static final Duration WITHIN = Duration.ofSeconds(15);

    private static final Set<String> KEYS = Set.of(
            "id", "title", "points", "judges", "hint", "kubectl", "within", "keeps", "hidden", "needs", "patient");

    public CriterionSpec {
        judges = List.copyOf(judges);
        needs = List.copyOf(needs);
    }

    static CriterionSpec of(Yaml yaml) {
        Yaml criterion = yaml.called(yaml.text("id")).only(KEYS);
        return new CriterionSpec(
                criterion.text("id"),
                criterion.text("title"),
                criterion.whole("points"),
                criterion.texts("judges"),
                criterion.whole("hint"),
                criterion.has("kubectl") ? criterion.text("kubectl") : "",
                criterion.duration("within", WITHIN),
                criterion.duration("keeps", Duration.ZERO),
                criterion.flag("hidden"),
                criterion.texts("needs"),
                criterion.flag("patient"));
    }

    /** @throws CourseException when they do not fit together; it begins with {@code where} */
    static void agree(String where, List<CriterionSpec> criteria, List<Clause> clauses) {
        List<String> known = clauses.stream().map(Clause::id).toList();
        Set<String> earlier = new LinkedHashSet<>();
        for (CriterionSpec criterion : criteria) {
            String here = where + ": criterion " + criterion.id();
            if (!earlier.containsAll(criterion.needs()))
                throw new CourseException(here + " needs " + criterion.needs() + ", and before it there is " + earlier);
            if (!earlier.add(criterion.id())) throw new CourseException(here + " is there twice");
            if (criterion.hint() < 1 || criterion.hint() > Exercise.HINTS)
                throw new CourseException(here + ": hint is 1 to " + Exercise.HINTS + ", not " + criterion.hint());
            if (!known.containsAll(criterion.judges()))
                throw new CourseException(here + " judges " + criterion.judges() + ", and the clauses are " + known);
        }
    }
}
