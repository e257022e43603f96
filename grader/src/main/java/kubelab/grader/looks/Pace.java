package kubelab.grader.looks;

import kubelab.grader.check.Observation;

/** How often something happens, from the first look on: about once a second. One object an exercise's run. */
public final class Pace {
    private static final long WATCHED_NANOS = 3_000_000_000L;
    private static final long MOST_A_SECOND = 2;

    private long start;
    private long before = -1;

    /**
     * To be called with each look; decides after 3 s.
     *
     * @param count how often it has happened so far
     */
    public Observation onceASecond(long count) {
        String expected = "one more every second";
        long now = System.nanoTime();
        if (before < 0) {
            start = now;
            before = count;
        }
        long seen = count - before;
        long nanos = now - start;
        if (seen > MOST_A_SECOND * (1 + nanos / 1_000_000_000L)) {
            return Observation.never(expected, "many a second");
        }
        return nanos < WATCHED_NANOS || seen < 2
                ? Observation.notYet(expected, "fewer")
                : Observation.holds("one a second");
    }
}
