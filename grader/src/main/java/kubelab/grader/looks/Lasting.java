package kubelab.grader.looks;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Whether something that is to happen once a second goes on and on. One object an exercise's run. */
public final class Lasting {
    /** More than happen while the other criteria are looked at. */
    private static final long MANY = 18;

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final Set<String> names = new TreeSet<>();
    private long before = -1;
    private long changed;

    /** These names count from now on, also when their Pods are gone. */
    public void remember(Collection<String> more) {
        names.addAll(more);
    }

    /**
     * A container goes on printing these names, or those that are remembered; to be called with each look.
     *
     * @param where Pod and container, as in {@code shop/main}
     */
    public Observation goesOn(CheckContext run, String where, Collection<String> now) {
        remember(now);
        return goesOn(Pods.printed(run, where, names));
    }

    private Observation goesOn(long count) {
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
