package kubelab.course;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Whether a wrong answer broke what it says, and nothing else. To a clause belong the criteria that judge it.
 *
 * <p>Each criterion that failed belongs to a clause that the answer breaks; all others have passed or were not tried. Of each
 * clause that it breaks, a criterion has failed or was not tried. What was not tried, because a criterion that it needs had
 * failed, speaks neither for the answer nor against it.
 */
public final class BrokenClauses {
    private BrokenClauses() {}

    /** What became of a criterion. */
    public enum Mark {
        PASSED,
        FAILED,
        NOT_TRIED
    }

    /**
     * What does not agree, a sentence each; empty where all does.
     *
     * @param answer a wrong one
     * @param marks id of a criterion → what became of it
     */
    public static List<String> problems(Exercise exercise, ExerciseAnswer answer, Map<String, Mark> marks) {
        List<String> problems = new ArrayList<>();
        for (CriterionSpec criterion : exercise.criteria())
            if (marks.get(criterion.id()) == Mark.FAILED && Collections.disjoint(criterion.judges(), answer.breaks()))
                problems.add(answer.name() + " fails the criterion " + criterion.id() + ", which judges "
                        + criterion.judges() + "; it says that it breaks " + answer.breaks());
        for (String clause : answer.breaks())
            if (exercise.criteria().stream()
                    .filter(c -> c.judges().contains(clause))
                    .allMatch(c -> marks.get(c.id()) == Mark.PASSED))
                problems.add(answer.name() + " says that it breaks " + clause
                        + ", and passes every criterion that judges it");
        return problems;
    }

    /**
     * What the answers to an exercise do not prove together: that each clause can be broken alone, and that each criterion
     * judges what it says.
     *
     * @param answers all of them
     * @param marks name of a wrong answer → id of a criterion → what became of it
     */
    public static List<String> unproven(
            Exercise exercise, List<ExerciseAnswer> answers, Map<String, Map<String, Mark>> marks) {
        List<String> problems = new ArrayList<>();
        for (Clause clause : exercise.clauses()) {
            String id = clause.id();
            List<ExerciseAnswer> breaking =
                    answers.stream().filter(a -> a.breaks().contains(id)).toList();
            boolean alone = breaking.stream().anyMatch(a -> a.breaks().size() == 1);
            boolean excused = breaking.stream().anyMatch(a -> a.togetherWith().containsKey(id));
            if (breaking.isEmpty()) problems.add("no wrong answer breaks the clause " + id);
            else if (!alone && !excused)
                problems.add("no wrong answer breaks only the clause " + id
                        + "; where none can, one that breaks it says why: together-with: {" + id + ": …}");
            else if (alone && excused)
                problems.add("a wrong answer breaks only the clause " + id + ", so no together-with has to excuse it");
        }
        for (CriterionSpec criterion : exercise.criteria())
            for (String clause : criterion.judges())
                if (answers.stream()
                        .filter(a -> a.breaks().contains(clause))
                        .map(a -> marks.getOrDefault(a.name(), Map.of()))
                        .allMatch(m -> m.getOrDefault(criterion.id(), Mark.PASSED) == Mark.PASSED))
                    problems.add("the criterion " + criterion.id() + " judges " + clause
                            + ", and every answer that breaks this clause passes it");
        return problems;
    }
}
