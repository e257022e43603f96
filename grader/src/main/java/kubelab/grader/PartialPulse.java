package kubelab.grader;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import kubelab.grader.check.Pulse;

/**
 * The pulse of a cluster of which parts are stopped now and then, on purpose. No beat comes through such a cluster. It counts as
 * quick enough once all has been quiet for five times as long as otherwise.
 */
final class PartialPulse implements Pulse {
    private static final int LONGER = 5;

    private final BooleanSupplier stopped;
    private final Pulse whole;
    private final long quiet;
    private final LongSupplier nanos;

    /**
     * @param stopped whether a part is stopped now
     * @param whole asked while none is
     * @param quiet how long a cluster must be quiet otherwise
     * @param nanos the time, as {@link System#nanoTime}
     */
    PartialPulse(BooleanSupplier stopped, Pulse whole, Duration quiet, LongSupplier nanos) {
        this.stopped = stopped;
        this.whole = whole;
        this.quiet = quiet.toNanos();
        this.nanos = nanos;
    }

    @Override
    public boolean beatSince(long since) {
        return stopped.getAsBoolean() ? nanos.getAsLong() - since >= quiet * LONGER : whole.beatSince(since);
    }
}
