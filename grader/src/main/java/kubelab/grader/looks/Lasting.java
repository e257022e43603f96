package kubelab.grader.looks;

import java.util.concurrent.TimeUnit;
import kubelab.grader.check.Observation;

/** Whether something that is to happen once a second goes on and on. One object an exercise's run. */
public final class Lasting {
    /** More than happen while the other criteria are looked at. */
    private static final long MANY = 18;

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(6);

    private long before = -1;
    private long changed;

    /**
     * To be called with each look.
     *
     * @param count how often it has happened so far
     */
    public Observation goesOn(long count) {
        String expected = "one more every second, until it is stopped";
        long now = System.nanoTime();
        if (count != before) {
            before = count;
            changed = now;
        }
        if (count >= MANY) {
            return Observation.holds("it has not stopped");
        }
        return now - changed < LONGEST_PAUSE_NANOS
                ? Observation.notYet(expected, "they come too slowly")
                : Observation.never(expected, "after some time no more has come");
    }
}
