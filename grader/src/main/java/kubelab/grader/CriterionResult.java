package kubelab.grader;

import java.time.Duration;

/**
 * What became of one criterion.
 *
 * @param observed what was seen; for a criterion that passed, what was seen to be right
 * @param command the kubectl command that shows it; empty where there is none
 * @param hint the number of the hint that helps, 1 to 3; 0 where none does
 */
public record CriterionResult(
        String id,
        String title,
        State state,
        int points,
        int maxPoints,
        boolean hidden,
        String expected,
        String observed,
        String command,
        int hint,
        Duration took) {
    public CriterionResult {
        expected = Plain.text(expected);
        observed = Plain.text(observed);
    }

    /** NOT_TRIED: a criterion that it needs failed. ERROR: the grader's own fault. */
    public enum State {
        PASSED,
        FAILED,
        TIMED_OUT,
        NOT_TRIED,
        ERROR
    }
}
