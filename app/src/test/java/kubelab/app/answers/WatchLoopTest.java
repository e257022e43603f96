package kubelab.app.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import org.junit.jupiter.api.Test;

class WatchLoopTest {
    private final Exercise exercise =
            Course.load(Path.of(System.getProperty("kubelab.root", ".."))).get("pods-1");

    @Test
    void what_got_better_and_what_got_worse_is_named() {
        ExerciseResult before = result(Outcome.FAIL, criterion("a", State.PASSED), criterion("b", State.FAILED));
        ExerciseResult now = result(
                Outcome.FAIL, criterion("a", State.FAILED), criterion("b", State.PASSED), criterion("c", State.PASSED));
        assertThat(WatchLoop.changes(before, now))
                .containsExactly("pods-1: 1 → 2 of 10 points", "  - title of a", "  + title of b", "  + title of c");
    }

    @Test
    void the_same_again_says_so() {
        ExerciseResult same = result(Outcome.FAIL, criterion("a", State.PASSED));
        assertThat(WatchLoop.changes(same, same)).containsExactly("pods-1: as before, 1 of 10 points");
        assertThat(WatchLoop.changes(null, same)).as("nothing to compare with").isEmpty();
    }

    @Test
    void what_was_not_tried_is_not_called_worse() {
        ExerciseResult before = result(Outcome.FAIL, criterion("a", State.PASSED));
        ExerciseResult now = result(Outcome.FAIL, criterion("a", State.NOT_TRIED));
        assertThat(WatchLoop.changes(before, now)).containsExactly("pods-1: 1 → 0 of 10 points");
    }

    private ExerciseResult result(Outcome outcome, CriterionResult... criteria) {
        int points =
                List.of(criteria).stream().mapToInt(CriterionResult::points).sum();
        return new ExerciseResult(
                exercise, outcome, points, 10, List.of(criteria), "", "", "", false, "", 1, Duration.ZERO);
    }

    private static CriterionResult criterion(String id, State state) {
        int points = state == State.PASSED ? 1 : 0;
        return new CriterionResult(id, "title of " + id, state, points, 1, false, "", "", "", 0, Duration.ZERO);
    }
}
