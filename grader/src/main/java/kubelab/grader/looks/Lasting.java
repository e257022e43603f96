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

    /**
     * How often a container has printed these names so far, or others that were asked for before.
     *
     * @param where Pod and container, as in {@code shop/main}
     */
    public long count(CheckContext run, String where, Collection<String> now) {
        names.addAll(now);
        return Pods.printed(run, where, names);
    }

    /** It goes on printing these names, or the others; to be called with each look. */
    public Observation goesOn(CheckContext run, String where, Collection<String> now) {
        return goesOn(count(run, where, now));
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
