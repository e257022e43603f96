package kubelab.grader;

import kubelab.course.Exercise;

/** Hears how grading goes on. Exercises run side by side, so calls come from several threads. */
public interface GradeListener {
    default void started(Exercise exercise) {}

    default void criterion(Exercise exercise, CriterionResult result) {}

    /** Hears of what was not begun, too, which was not {@link #started}. */
    default void finished(ExerciseResult result) {}

    /** Something went wrong that does not change the results. */
    default void warned(String message) {}

    static GradeListener silent() {
        return new GradeListener() {};
    }
}
