package kubelab.course;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is said of a criterion in its exercise's file; how it is looked at is the check's.
 *
 * @param id unique within the exercise
 * @param hint the number of the hint that helps, 1 to 3
 * @param hidden not listed before grading
 * @param needs ids of earlier criteria without which it makes no sense to try this one
 * @param shownBy kubectl's words that show it, without namespace; empty where none does
 * @param within how long it may take until it holds
 */
public record CriterionSpec(
        String id,
        String title,
        int points,
        int hint,
        boolean hidden,
        List<String> needs,
        String shownBy,
        Duration within) {
    /** For a criterion that names no time. */
    public static final Duration WITHIN = Duration.ofSeconds(15);

    public CriterionSpec {
        needs = List.copyOf(needs);
    }

    /** @throws CourseException when they do not fit together or do not give the points; it begins with {@code where} */
    static void agree(String where, List<CriterionSpec> criteria, int points) {
        if (criteria.isEmpty()) return;
        Set<String> earlier = new LinkedHashSet<>();
        for (CriterionSpec criterion : criteria) {
            String here = where + ": criterion " + criterion.id();
            if (!earlier.containsAll(criterion.needs()))
                throw new CourseException(here + " needs " + criterion.needs() + ", and before it there is " + earlier);
            if (!earlier.add(criterion.id())) throw new CourseException(here + " is there twice");
            if (criterion.hint() < 1 || criterion.hint() > Exercise.HINTS)
                throw new CourseException(here + ": hint is 1 to " + Exercise.HINTS + ", not " + criterion.hint());
        }
        int sum = criteria.stream().mapToInt(CriterionSpec::points).sum();
        if (sum != points)
            throw new CourseException(where + ": its criteria have " + sum + " points, the exercise has " + points);
    }
}
