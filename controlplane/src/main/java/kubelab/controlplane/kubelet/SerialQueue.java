package kubelab.controlplane.kubelet;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after another on a shared pool: a thousand Pods need a handful of threads, and no locks. */
final class SerialQueue implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
    private final Executor pool;
    private final BooleanSupplier closed;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    /** @param closed when it says yes, what is left is dropped: its node is gone */
    SerialQueue(Executor pool, BooleanSupplier closed) {
        this.pool = pool;
        this.closed = closed;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        submit();
    }

    private void submit() {
        try {
            pool.execute(this::runOne);
        } catch (RejectedExecutionException closing) {
            synchronized (tasks) {
                tasks.clear();
                running = false;
            }
        }
    }

    /** One task a turn, so that a busy Pod does not keep the others from the pool. */
    private void runOne() {
        Runnable next;
        synchronized (tasks) {
            next = tasks.poll();
            if (next == null) {
                running = false;
                return;
            }
        }
        try {
            if (!closed.getAsBoolean()) {
                next.run();
            }
        } catch (RuntimeException | Error e) {
            if (!closed.getAsBoolean()) {
                LOG.error("a task of a Pod failed", e);
            }
        }
        synchronized (tasks) {
            if (tasks.isEmpty()) {
                running = false;
                return;
            }
        }
        submit();
    }
}
