package kubelab.controlplane.controllermanager.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kubelab.containers.clock.Clock;

/**
 * A queue of things that need a look, with three promises: a thing that is added twice before anybody takes it is taken
 * once; a thing is never in the hands of two workers at a time; a thing added while it is being worked on is handed out
 * again afterwards. Thread-safe.
 *
 * <p>Source: {@code client-go/util/workqueue}, 1.34 (queue, delaying queue and rate-limiting queue in one).
 */
public final class WorkQueue<T> {
    static final Duration FIRST_RETRY = Duration.ofMillis(5);
    static final Duration LAST_RETRY = Duration.ofSeconds(1000);

    private final Clock clock;
    private final ArrayDeque<T> order = new ArrayDeque<>();
    private final Set<T> dirty = new HashSet<>();
    private final Set<T> processing = new HashSet<>();
    private final Map<T, Integer> failures = new HashMap<>();
    private final Map<T, Waiting> waiting = new HashMap<>();
    private long taken;
    private boolean closed;

    private record Waiting(Instant due, Clock.Timer timer) {}

    public WorkQueue(Clock clock) {
        this.clock = clock;
    }

    /** Asks for a look at {@code item}, now. */
    public synchronized void add(T item) {
        if (closed || !dirty.add(item)) {
            return;
        }
        if (!processing.contains(item)) {
            order.add(item);
            notifyAll();
        }
    }

    /** Asks for a look in {@code delay}; of several such wishes for one item the earliest counts. */
    public void addAfter(T item, Duration delay) {
        addAfter(item, delay, "");
    }

    /** The same, unless {@code beat} goes on: see {@link Clock#scheduleWatchdog}; empty for none. */
    public synchronized void addAfter(T item, Duration delay, String beat) {
        if (closed) {
            return;
        }
        if (delay.isZero() || delay.isNegative()) {
            add(item);
            return;
        }
        Instant due = clock.now().plus(delay);
        Waiting earlier = waiting.get(item);
        if (earlier != null && !earlier.due().isAfter(due)) {
            return;
        }
        if (earlier != null) {
            earlier.timer().cancel();
        }
        Runnable task = () -> dueNow(item);
        waiting.put(
                item,
                new Waiting(
                        due, beat.isEmpty() ? clock.schedule(delay, task) : clock.scheduleWatchdog(beat, delay, task)));
    }

    /** Asks for another look after a failure: 5 ms later, then 10, 20, … up to 1000 s. */
    public synchronized void addRateLimited(T item) {
        int failed = failures.merge(item, 1, Integer::sum);
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failed - 1, 18));
        addAfter(item, delay.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : delay);
    }

    /** The item was handled well: its next failure is its first. */
    public synchronized void forget(T item) {
        failures.remove(item);
    }

    /** How many times in a row the item failed. */
    public synchronized int failures(T item) {
        return failures.getOrDefault(item, 0);
    }

    /** Waits for an item; empty when the queue was closed. The taker must call {@link #done}. */
    public synchronized Optional<T> take() throws InterruptedException {
        while (order.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return Optional.empty();
        }
        T item = order.remove();
        dirty.remove(item);
        processing.add(item);
        taken++;
        return Optional.of(item);
    }

    /** Gives the item back; it is handed out again if somebody added it in the meantime. */
    public synchronized void done(T item) {
        processing.remove(item);
        if (dirty.contains(item) && !closed) {
            order.add(item);
        }
        notifyAll();
    }

    /** How many items have been taken so far. */
    public synchronized long taken() {
        return taken;
    }

    /** Nobody waits and nobody works; items that wait for a time do not count. */
    public synchronized boolean idle() {
        return order.isEmpty() && processing.isEmpty();
    }

    public synchronized void close() {
        closed = true;
        waiting.values().forEach(w -> w.timer().cancel());
        waiting.clear();
        order.clear();
        notifyAll();
    }

    private synchronized void dueNow(T item) {
        waiting.remove(item);
        add(item);
    }
}
