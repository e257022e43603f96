package kubelab.app.answers;

import java.util.Locale;
import java.util.function.Consumer;
import kubelab.cluster.Progress;
import kubelab.course.Exercise;
import kubelab.grader.CriterionResult;
import kubelab.grader.ExerciseResult;
import kubelab.grader.GradeListener;
import kubelab.grader.Outcome;

/** Tells which exercise is done, in the order in which they end. */
public class GradingProgress implements GradeListener {
    private final Progress progress;
    private final Consumer<String> warning;

    public GradingProgress(Progress progress, Consumer<String> warning) {
        this.progress = progress;
        this.warning = warning;
    }

    @Override
    public void started(Exercise exercise) {
        progress.step("grading " + exercise.id());
    }

    @Override
    public void criterion(Exercise exercise, CriterionResult result) {
        progress.step(exercise.id() + ": " + result.title() + ": "
                + result.state().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void warned(String message) {
        warning.accept(message);
    }

    @Override
    public void finished(ExerciseResult result) {
        if (result.outcome() != Outcome.NOT_BEGUN) {
            progress.step(result.exercise().id() + ": " + result.outcome());
        }
    }
}
