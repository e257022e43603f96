package kubelab.grader.check;

import java.util.List;
import kubelab.course.Exercise;
import kubelab.course.TopicPackage;

/** Finds an exercise's check by name: {@code kubelab.labs.pods.X} is checked by {@code kubelab.grader.checks.pods.XCheck}. */
public final class Checks {
    private Checks() {}

    /**
     * @throws IllegalStateException when there is no such class: an error of the course, not of a learner
     */
    public static Check create(Exercise exercise) {
        String name = TopicPackage.checks(exercise.topic()) + "." + exercise.simpleName() + "Check";
        try {
            var constructor = Class.forName(name).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Check) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(exercise.id() + " has no check: " + name + " cannot be made", e);
        }
    }

    /**
     * What the exercise's file says of each criterion, and how the check looks at it.
     *
     * @throws IllegalStateException when the two do not agree: an error of the course, not of a learner
     */
    public static List<Criterion> criteria(Exercise exercise, Check check) {
        return check.looks().of(exercise);
    }
}
