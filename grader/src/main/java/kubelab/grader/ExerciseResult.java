package kubelab.grader;

import java.time.Duration;
import java.util.List;
import kubelab.course.Exercise;

/**
 * The result of one exercise.
 *
 * @param message why there is nothing to grade, or how the answer ended when not by itself; empty when all is well
 * @param output the last lines that the answer printed
 * @param namespace where it was graded; empty if it never came to that
 * @param kept whether the namespace is still there to look at
 * @param file what the learner edits, as in {@code labs/src/main/java/kubelab/labs/pods/SharedVolume.java}
 */
public record ExerciseResult(
        Exercise exercise,
        Outcome outcome,
        int points,
        int maxPoints,
        List<CriterionResult> criteria,
        String message,
        String output,
        String namespace,
        boolean kept,
        String file,
        long seed,
        Duration took) {
    public ExerciseResult {
        criteria = List.copyOf(criteria);
        message = Plain.text(message);
        output = Plain.text(output);
    }
}
