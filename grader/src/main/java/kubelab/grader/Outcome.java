package kubelab.grader;

/** How grading one exercise ended. */
public enum Outcome {
    /** Every criterion holds. */
    PASS,
    /** The answer's fault: wrong, does not compile, crashes, breaks a limit. */
    FAIL,
    /** The answer, or what it set in motion, did not come to an end in time. */
    TIMEOUT,
    /** The answer is the starter still, so it was not run. */
    NOT_BEGUN,
    /** The cluster lacks an ability that the exercise needs. */
    SKIPPED,
    /** Our fault only: no cluster, an error in the grader. Grading again may help. */
    UNGRADABLE;

    /** As a report for people says it. */
    public String words() {
        return this == NOT_BEGUN ? "not begun" : name();
    }
}
