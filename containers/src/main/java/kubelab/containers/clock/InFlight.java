package kubelab.containers.clock;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** An executor that knows whether all that it was given has been done: how a fast-forward finds out that it may go on. */
public final class InFlight implements Executor {
    private final Executor inner;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    public InFlight(Executor inner) {
        this.inner = inner;
    }

    @Override
    public void execute(Runnable task) {
        begun.incrementAndGet();
        try {
            inner.execute(() -> {
                try {
                    task.run();
                } finally {
                    ended.incrementAndGet();
                }
            });
        } catch (RejectedExecutionException closed) {
            ended.incrementAndGet();
            throw closed;
        }
    }

    /** How many tasks there have been: unchanged between two looks when nothing was done in between. */
    public long begun() {
        return begun.get();
    }

    /** How many of them are over. */
    public long ended() {
        return ended.get();
    }

    /** A task that starts another is not over before the other has begun, so work cannot slip through. */
    public boolean idle() {
        long over = ended.get();
        return over == begun.get();
    }
}
