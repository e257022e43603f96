package kubelab.cluster;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How long something is waited for, by the machine's own clock. It never changes, so that threads may share one. */
public final class Deadline {
    private static final long FIRST_PAUSE_MS = 5;
    private static final long LONGEST_PAUSE_MS = 100;

    private final long at;

    private Deadline(long at) {
        this.at = at;
    }

    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    public boolean isOver() {
        return System.nanoTime() - at > 0;
    }

    /** Never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    /**
     * Looks until it holds: at once, then after 5 ms, and ever less often, but each 100 ms.
     *
     * @return false if it did not hold in time
     */
    public boolean await(BooleanSupplier holds) throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        while (!holds.getAsBoolean()) {
            if (isOver()) {
                return false;
            }
            Thread.sleep(pause);
            pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
        }
        return true;
    }
}
