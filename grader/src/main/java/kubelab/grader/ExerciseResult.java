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
 * @param debrief what happened and why, one sentence a line; only after a PASS, and not for every exercise
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
        Duration took,
        String debrief) {
    public ExerciseResult {
        criteria = List.copyOf(criteria);
        message = Plain.text(message);
        output = Plain.text(output);
        debrief = Plain.text(debrief);
    }

    /** One without a debrief. */
    public ExerciseResult(
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
        this(exercise, outcome, points, maxPoints, criteria, message, output, namespace, kept, file, seed, took, "");
    }

    /** The same with what happened and why. */
    public ExerciseResult withDebrief(String text) {
        return new ExerciseResult(
                exercise, outcome, points, maxPoints, criteria, message, output, namespace, kept, file, seed, took,
                text);
    }

    /** The same, whose namespace is still there. */
    ExerciseResult asKept() {
        return new ExerciseResult(
                exercise, outcome, points, maxPoints, criteria, message, output, namespace, true, file, seed, took,
                debrief);
    }

    /** The same with a further sentence, if there is one. */
    ExerciseResult alsoSaying(String more) {
        String both = message.isEmpty() || more.isEmpty() ? message + more : message + "\n" + more;
        return new ExerciseResult(
                exercise, outcome, points, maxPoints, criteria, both, output, namespace, kept, file, seed, took,
                debrief);
    }
}
