package kubelab.containers.clock;

import java.time.Duration;
import java.time.Instant;

/**
 * Cluster time. The only place that asks the machine for the time, waits for it or sleeps: whatever happens "later" in
 * the control plane is scheduled here, so that a whole cluster can be moved forward at once.
 */
public interface Clock {

    /** The cluster's present: wall time plus whatever was skipped by fast-forwarding. */
    Instant now();

    /**
     * Runs a task once, when {@code delay} of cluster time has passed. Tasks run one after another on the clock's own
     * thread: they must be short and must not block; hand longer work to a queue or an executor.
     *
     * @param delay zero or negative means as soon as possible
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Runs a turn of something that comes again every {@code period} and that nothing in the cluster can stop or change,
     * only somebody from outside: a heartbeat, a renewal. The caller schedules the next turn when this one has gone well,
     * and says {@link #schedule} when it has not. While time is moved forward, the first turn is taken, and then only the
     * last before each other timer.
     *
     * @param name what watchdogs wait for; empty when none does
     */
    default Timer scheduleBeat(String name, Duration period, Runnable task) {
        return schedule(period, task);
    }

    /**
     * Runs a task unless it is taken back or made later by whoever hears of the beats called {@code beat} in time. Where
     * turns of that beat are left out, the delay begins anew with the one that is not.
     */
    default Timer scheduleWatchdog(String beat, Duration delay, Runnable task) {
        return schedule(delay, task);
    }

    /**
     * Runs a task once, when {@code delay} of wall time has passed, however far cluster time was moved: for what belongs
     * to connections to the world outside.
     */
    Timer scheduleOnWall(Duration delay, Runnable task);

    /**
     * Blocks the calling thread until {@code duration} of cluster time has passed.
     *
     * @throws Stopped when the cluster is closed meanwhile, or was before: whoever sleeps would sleep for ever
     */
    void sleep(Duration duration) throws InterruptedException;

    /** No time passes any more. */
    final class Stopped extends InterruptedException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("the cluster is closed");
        }
    }

    /** A task that waits for its time. */
    interface Timer {
        /** Takes the task back; {@code false} if it has run or runs right now. */
        boolean cancel();
    }
}
