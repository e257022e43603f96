package kubelab.grader;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import kubelab.course.CriterionSpec;
import kubelab.course.Exercise;

/** Exercises without a file, for tests that need one to compile, run or report an answer. */
public final class MadeUpExercises {
    private MadeUpExercises() {}

    /** Ten points for its one criterion; graded beside others. */
    public static Exercise of(String id, String className, String title, Exercise.Form form, String... hints) {
        CriterionSpec criterion = new CriterionSpec(
                "it", "It is done", 10, List.of(), 1, "", CriterionSpec.WITHIN, Duration.ZERO, false, List.of(), false);
        return new Exercise(
                id,
                className,
                title,
                form,
                1,
                1,
                Set.of(),
                "task",
                List.of(hints),
                List.of(),
                Exercise.Sharing.SHARED,
                List.of(),
                List.of(criterion),
                List.of(),
                List.of(),
                "");
    }
}
