package kubelab.grader;

import kubelab.course.Exercise;

/** Hears how grading goes on. Exercises run side by side, so calls come from several threads. */
public interface GradeListener {
    default void started(Exercise exercise) {}

    default void criterion(Exercise exercise, CriterionResult result) {}

    default void finished(ExerciseResult result) {}

    /** The answer is the starter still and is not run; in place of the above. */
    default void notBegun(ExerciseResult result) {}

    /** Something went wrong that does not change the results. */
    default void warned(String message) {}

    static GradeListener silent() {
        return new GradeListener() {};
    }
}
