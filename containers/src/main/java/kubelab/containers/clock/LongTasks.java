package kubelab.containers.clock;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An executor of tasks that may wait for hours, such as a container's programs: it is idle when each of them waits. To be
 * waited for by {@link OneShotSignal} or another monitor; one that waits for a latch or a future counts as waiting until the
 * machine has a processor for it.
 */
public final class LongTasks implements Executor {
    private final Executor inner;
    /** Given, and not yet begun. */
    private final AtomicInteger coming = new AtomicInteger();

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    public LongTasks(Executor inner) {
        this.inner = inner;
    }

    @Override
    public void execute(Runnable task) {
        coming.incrementAndGet();
        try {
            inner.execute(() -> run(task));
        } catch (RejectedExecutionException closed) {
            coming.decrementAndGet();
            throw closed;
        }
    }

    private void run(Runnable task) {
        Thread here = Thread.currentThread();
        threads.add(here);
        // Behind the line above: a task is always to be seen in one of the two.
        coming.decrementAndGet();
        try {
            task.run();
        } finally {
            threads.remove(here);
        }
    }

    /** Every task waits for the clock, for another task or for somebody outside. */
    public boolean idle() {
        return coming.get() == 0 && threads.stream().allMatch(LongTasks::waits);
    }

    private static boolean waits(Thread thread) {
        // One that is interrupted is about to wake.
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> !thread.isInterrupted();
            default -> false;
        };
    }
}
