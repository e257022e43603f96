package kubelab.controlplane.controllermanager.loop;

import java.time.Duration;

/**
 * Brings one object closer to what its spec asks for. It is told which object, not what happened: whatever caused the
 * call, it reads the present state and acts on the difference ("level-triggered"). It may be called at any time, any
 * number of times, and must then do nothing if nothing is left to do.
 */
@FunctionalInterface
public interface Reconciler {

    /**
     * @throws Exception the key is tried again, later each time it fails in a row; a conflict
     *     (HTTP 409: somebody else wrote first) is the everyday case
     */
    Result reconcile(Key key) throws Exception;

    /**
     * Whether to look at the key again without being told.
     *
     * @param again zero for no
     * @param beat what the look is for, if it is for something that must be heard of regularly; else empty
     */
    record Result(Duration again, String beat) {
        private static final Result DONE = new Result(Duration.ZERO, "");

        /** Nothing more to do until something changes. */
        public static Result done() {
            return DONE;
        }

        /** Look again when {@code delay} of cluster time has passed, e.g. when a deadline is due. */
        public static Result after(Duration delay) {
            return new Result(delay.isNegative() || delay.isZero() ? Duration.ofMillis(1) : delay, "");
        }

        /** As {@link #after}, to see whether {@code beat} has been missed ({@code Clock.scheduleWatchdog}). */
        public static Result unless(String beat, Duration delay) {
            return new Result(after(delay).again(), beat);
        }
    }
}
