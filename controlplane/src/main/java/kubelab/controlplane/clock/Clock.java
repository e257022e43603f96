package kubelab.controlplane.clock;

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

    /** Blocks the calling thread until {@code duration} of cluster time has passed. */
    void sleep(Duration duration) throws InterruptedException;

    /** A task that waits for its time. */
    interface Timer {
        /** Takes the task back; {@code false} if it has run or runs right now. */
        boolean cancel();
    }
}
