package kubelab.controlplane.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of a running cluster: wall time plus an offset that only grows. */
public final class ClusterClock implements Clock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);

    /** Called between two steps of a fast-forward; returns when the cluster has nothing left to do at this instant. */
    public interface Quiet {
        void await() throws InterruptedException;
    }

    private final Instant started = Instant.now();
    private final long startedNanos = System.nanoTime();
    private final Object lock = new Object();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private final Thread thread = new Thread(this::run, "clock");
    private Duration offset = Duration.ZERO;
    private long sequence;
    private boolean closed;

    public ClusterClock() {
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Instant now() {
        synchronized (lock) {
            return present();
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        synchronized (lock) {
            Entry entry = new Entry(present().plus(delay), sequence++, task);
            if (!closed) {
                queue.add(entry);
                lock.notifyAll();
            }
            return entry;
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isZero() || duration.isNegative()) {
            return;
        }
        CountDownLatch due = new CountDownLatch(1);
        Timer timer = schedule(duration, due::countDown);
        try {
            due.await();
        } finally {
            timer.cancel();
        }
    }

    /**
     * Moves cluster time forward: everything that falls due on the way is run in order, each step at its own instant,
     * with the cluster brought to rest in between.
     */
    public void advance(Duration duration, Quiet quiet) throws InterruptedException {
        Instant target = now().plus(duration);
        quiet.await();
        while (true) {
            Entry next;
            synchronized (lock) {
                next = queue.peek();
                if (next == null || next.due.isAfter(target)) {
                    moveTo(target);
                    return;
                }
                queue.remove(next);
                moveTo(next.due);
            }
            next.runOnce();
            quiet.await();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            queue.clear();
            lock.notifyAll();
        }
    }

    private void run() {
        while (true) {
            Entry next;
            synchronized (lock) {
                try {
                    next = awaitDue();
                } catch (InterruptedException stop) {
                    return;
                }
            }
            if (next == null) {
                return;
            }
            next.runOnce();
        }
    }

    /** Holds the lock; returns the next due entry, or null when the clock was closed. */
    private @org.jspecify.annotations.Nullable Entry awaitDue() throws InterruptedException {
        while (!closed) {
            Entry next = queue.peek();
            if (next == null) {
                lock.wait();
                continue;
            }
            long nanos = Duration.between(present(), next.due).toNanos();
            if (nanos <= 0) {
                return queue.remove();
            }
            lock.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
        return null;
    }

    private Instant present() {
        return started.plusNanos(System.nanoTime() - startedNanos).plus(offset);
    }

    private void moveTo(Instant instant) {
        Duration ahead = Duration.between(present(), instant);
        if (!ahead.isNegative()) {
            offset = offset.plus(ahead);
            lock.notifyAll();
        }
    }

    private final class Entry implements Timer, Comparable<Entry> {
        private final Instant due;
        private final long order;
        private final Runnable task;
        private final AtomicBoolean spent = new AtomicBoolean();

        Entry(Instant due, long order, Runnable task) {
            this.due = due;
            this.order = order;
            this.task = task;
        }

        void runOnce() {
            if (!spent.compareAndSet(false, true)) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // One component's mistake must not stop time for all the others.
                LOG.error("a timer's task failed", e);
            }
        }

        @Override
        public boolean cancel() {
            boolean taken = spent.compareAndSet(false, true);
            if (taken) {
                synchronized (lock) {
                    queue.remove(this);
                }
            }
            return taken;
        }

        @Override
        public int compareTo(Entry other) {
            int byDue = due.compareTo(other.due);
            return byDue != 0 ? byDue : Long.compare(order, other.order);
        }
    }
}
