package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kubelab.course.Exercise;
import org.junit.jupiter.api.Test;

class FlakinessTest {
    private static final Exercise EXERCISE =
            MadeUpExercises.of("pods-1", "kubelab.labs.pods.X", "X", Exercise.Form.STATE);

    private final Flakiness flakiness = new Flakiness();

    @Test
    void an_answer_whose_points_feedback_or_outcome_change_is_named() {
        grade("steady", Outcome.FAIL, 3, "same", 1);
        grade("steady", Outcome.FAIL, 3, "same", 2);
        grade("points", Outcome.FAIL, 3, "same", 1);
        grade("points", Outcome.FAIL, 5, "same", 1);
        grade("words", Outcome.FAIL, 3, "one", 1);
        grade("words", Outcome.FAIL, 3, "other", 30);
        assertThat(flakiness.changes())
                .containsExactly("pods-1 points: FAIL 3 or FAIL 5, 1 feedbacks", "pods-1 words: FAIL 3, 2 feedbacks");
        assertThat(flakiness.summary())
                .contains("3 answers, 2 runs, 6 gradings", "changed verdicts or feedback: 2", "30.0 s  pods-1 words");
    }

    private void grade(String name, Outcome outcome, int points, String feedback, int seconds) {
        Cases one = new Cases(EXERCISE, name, Path.of("."), points, Optional.empty());
        flakiness.add(
                one,
                new ExerciseResult(
                        EXERCISE,
                        outcome,
                        points,
                        10,
                        List.of(),
                        "",
                        "",
                        "",
                        false,
                        "",
                        1,
                        Duration.ofSeconds(seconds)),
                feedback);
    }
}
