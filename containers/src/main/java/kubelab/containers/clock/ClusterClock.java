package kubelab.containers.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kubelab.containers.host.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of a running cluster: wall time plus an offset that only grows. */
public final class ClusterClock implements Clock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);

    private static final Duration FOREVER = Duration.ofHours(1);

    /** So often a step of a fast-forward looks for rest; somebody may run timers all the time. */
    private static final int LOOKS = 10;

    /** Called between two steps of a fast-forward; returns when the cluster has nothing left to do at this instant. */
    public interface Quiet {
        void await() throws InterruptedException;
    }

    private final Instant started = Instant.now();
    private final long startedNanos = System.nanoTime();
    private final Object lock = new Object();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    /** Their instants are those of the wall. */
    private final PriorityQueue<Entry> wall = new PriorityQueue<>();

    private final Thread thread = DaemonThreads.of("clock", this::run);
    private final Set<OneShotSignal> sleepers = new HashSet<>();
    private Duration offset = Duration.ZERO;
    private long sequence;
    /** How often time was moved: between two times anybody may have done anything. */
    private long moves;

    /** Tasks that the clock's own thread has taken, and those of them that it is done with. */
    private long begun;

    private long ended;
    private boolean closed;

    public ClusterClock() {
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
        return schedule(Kind.PLAIN, "", delay, task);
    }

    @Override
    public Timer scheduleBeat(String name, Duration period, Runnable task) {
        return schedule(Kind.BEAT, name, period, task);
    }

    @Override
    public Timer scheduleWatchdog(String beat, Duration delay, Runnable task) {
        return schedule(Kind.WATCHDOG, beat, delay, task);
    }

    @Override
    public Timer scheduleOnWall(Duration delay, Runnable task) {
        return schedule(Kind.WALL, "", delay, task);
    }

    private Timer schedule(Kind kind, String beat, Duration delay, Runnable task) {
        synchronized (lock) {
            Instant due = (kind == Kind.WALL ? wallTime() : present()).plus(delay);
            Entry entry = new Entry(kind, beat, delay, due, task);
            if (!closed) {
                entry.home().add(entry);
                lock.notifyAll();
            }
            return entry;
        }
    }

    /** For one who waits until the cluster has come to rest: cluster time stands still meanwhile. */
    public void pauseOnWall(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isZero() || duration.isNegative()) {
            return;
        }
        OneShotSignal due = new OneShotSignal();
        synchronized (lock) {
            failIfClosed();
            sleepers.add(due);
        }
        Timer timer = schedule(duration, due::ring);
        try {
            due.await();
        } finally {
            timer.cancel();
            synchronized (lock) {
                sleepers.remove(due);
            }
        }
        synchronized (lock) {
            failIfClosed();
        }
    }

    /** Holds the lock. */
    private void failIfClosed() throws Stopped {
        if (closed) {
            throw new Stopped();
        }
    }

    /**
     * Moves cluster time forward: everything that falls due on the way is run in order, each step at its own instant,
     * with the cluster brought to rest in between. Beats that have nothing new to say are left out.
     */
    public void advance(Duration duration, Quiet quiet) throws InterruptedException {
        Instant target = now().plus(duration);
        rest(quiet);
        synchronized (lock) {
            moves++;
        }
        while (true) {
            Entry next;
            boolean more;
            synchronized (lock) {
                putOff(target);
                next = queue.peek();
                if (next == null || next.due.isAfter(target)) {
                    moveTo(target);
                    return;
                }
                queue.remove(next);
                moveTo(next.due);
                Entry after = queue.peek();
                // Beats do not depend on each other: they need no rest in between.
                more = next.kept() && after != null && after.kept() && !after.due.isAfter(target);
            }
            next.runOnce();
            if (!more) {
                rest(quiet);
            }
        }
    }

    /** Time goes on meanwhile: what the clock's own thread runs has to come to rest, too. */
    private void rest(Quiet quiet) throws InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            long before;
            synchronized (lock) {
                before = ended;
            }
            quiet.await();
            synchronized (lock) {
                if (begun == before) {
                    return;
                }
            }
        }
    }

    /**
     * Moves beats to their last turn before the next other timer, and what watches them behind it, as if it had been
     * scheduled at that turn: were it due with the beat, it would look while the beat is still being written. A beat
     * without a name may be watched by timers that do not say so; it has its turn a period before them.
     */
    private void putOff(Instant target) {
        Entry first = queue.peek();
        if (first == null || first.kind == Kind.PLAIN || first.due.isAfter(target)) {
            return;
        }
        List<Entry> beats = queue.stream().filter(Entry::kept).toList();
        Set<String> names = beats.stream().map(e -> e.beat).collect(Collectors.toSet());
        Predicate<Entry> watches = e -> e.kind == Kind.WATCHDOG && names.contains(e.beat);
        Instant until = queue.stream()
                .filter(e -> !e.kept() && !watches.test(e))
                .map(e -> e.due)
                .min(Comparator.naturalOrder())
                .filter(due -> due.isBefore(target))
                .orElse(target);
        Map<String, Instant> moved = new HashMap<>();
        for (Entry beat : beats) {
            Instant last = beat.lastTurn(beat.beat.isEmpty() ? until.minus(beat.delay) : until);
            if (last.isAfter(beat.due)) {
                putOff(beat, last);
                moved.put(beat.beat, last);
            }
        }
        for (Entry watchdog : queue.stream().filter(watches).toList()) {
            Instant turn = moved.get(watchdog.beat);
            if (turn != null) {
                putOff(watchdog, turn.plus(watchdog.delay));
            }
        }
    }

    private void putOff(Entry entry, Instant due) {
        // One that was cancelled meanwhile is not in the queue.
        if (queue.remove(entry)) {
            entry.due = due;
            entry.order = sequence++;
            queue.add(entry);
        }
    }

    /** How many tasks the clock's own thread has taken. */
    public long begun() {
        synchronized (lock) {
            return begun;
        }
    }

    /** How many of those it is done with: one less than {@link #begun} while a task runs. */
    public long ended() {
        synchronized (lock) {
            return ended;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            queue.clear();
            wall.clear();
            sleepers.forEach(OneShotSignal::ring);
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
            synchronized (lock) {
                ended++;
            }
        }
    }

    /** Holds the lock; returns the next due entry, or null when the clock was closed. */
    private @org.jspecify.annotations.Nullable Entry awaitDue() throws InterruptedException {
        while (!closed) {
            long nanos = Math.min(left(queue.peek(), present()), left(wall.peek(), wallTime()));
            if (nanos <= 0) {
                begun++;
                return left(queue.peek(), present()) <= 0 ? queue.remove() : wall.remove();
            }
            lock.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
        return null;
    }

    private static long left(@org.jspecify.annotations.Nullable Entry next, Instant now) {
        return next == null
                ? FOREVER.toNanos()
                : Math.min(FOREVER.toNanos(), Duration.between(now, next.due).toNanos());
    }

    private Instant present() {
        return wallTime().plus(offset);
    }

    private Instant wallTime() {
        return started.plusNanos(System.nanoTime() - startedNanos);
    }

    private void moveTo(Instant instant) {
        Duration ahead = Duration.between(present(), instant);
        if (!ahead.isNegative()) {
            offset = offset.plus(ahead);
            lock.notifyAll();
        }
    }

    private enum Kind {
        PLAIN,
        BEAT,
        WATCHDOG,
        WALL
    }

    private final class Entry implements Timer, Comparable<Entry> {
        private final Kind kind;
        private final String beat;
        private final Duration delay;
        private final Runnable task;
        private final long since = moves;
        private final AtomicBoolean spent = new AtomicBoolean();
        // These two change only while the entry is in no queue.
        private Instant due;
        private long order = sequence++;

        Entry(Kind kind, String beat, Duration delay, Instant due, Runnable task) {
            this.kind = kind;
            this.beat = beat;
            this.delay = delay;
            this.due = due;
            this.task = task;
        }

        PriorityQueue<Entry> home() {
            return kind == Kind.WALL ? wall : queue;
        }

        /** A beat whose last turn went well since time has begun to be moved: the first is always taken. */
        boolean kept() {
            return kind == Kind.BEAT && since == moves && !spent.get();
        }

        /** Of a beat: its last turn not after {@code until}, or the next one. */
        Instant lastTurn(Instant until) {
            long turns = Math.max(0, Duration.between(due, until).dividedBy(delay));
            return due.plus(delay.multipliedBy(turns));
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
                    home().remove(this);
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
