package kubelab.grader.check;

/** The check of one exercise. Made anew for each run, so it may remember in fields what an earlier criterion saw. */
public interface Check {
    /** Draws the names and numbers of this run from {@link CheckContext#random} into fields. Always called first. */
    default void plan(CheckContext run) {}

    /** Whether the exercise starts from something that {@link #prepare} sets up. */
    default boolean prepares() {
        return false;
    }

    /** Sets up what the exercise starts from, before the answer runs; returns when it is there. */
    default void prepare(CheckContext run) {}

    /**
     * For a component: puts it to work, when it is there and before the first criterion, as in {@code harness =
     * run.start(SchedulerHarness.named("my-scheduler"))}. What is started by a method of {@link CheckContext} ends by itself.
     */
    default void start(CheckContext run) {}

    /** How each criterion of the exercise's file is looked at. */
    Looks looks();
}
