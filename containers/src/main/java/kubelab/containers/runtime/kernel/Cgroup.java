package kubelab.containers.runtime.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import kubelab.containers.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for and limits what a container's tasks use. Processor time is charged by what programs do, not measured:
 * the figures are the same on a busy and on an idle machine, and a task that has used more than the clock has passed is
 * made to wait. That wait is also what keeps a container's endless loop from heating the real machine.
 */
public final class Cgroup {
    private static final long SLICE_NANOS = 10_000_000;
    /** Over so many seconds "now" is measured; metrics-server looks every 15 s on k3s. */
    private static final int WINDOW = 15;

    private final Clock clock;
    private final NodeMemory node;
    private final AtomicLong cpuNanos = new AtomicLong();
    private final AtomicLong memoryBytes = new AtomicLong();
    private volatile @Nullable Long cpuMillis;
    private volatile @Nullable Long memoryLimit;
    private volatile long peakBytes;
    private volatile Runnable outOfMemory = () -> {};
    /** Processor time by second of the clock, a ring: what a metrics server would find out by looking twice. */
    private final long[] spent = new long[WINDOW + 1];

    private final Instant made;
    private long lastSecond;

    public Cgroup(Clock clock, NodeMemory node, @Nullable Long cpuMillis, @Nullable Long memoryLimit) {
        this.clock = clock;
        this.node = node;
        this.cpuMillis = cpuMillis;
        this.memoryLimit = memoryLimit;
        this.made = clock.now();
    }

    /** Processor time that is used a second, in ns, on average over the last seconds. */
    public synchronized long cpuNanosPerSecond() {
        Instant now = clock.now();
        forward(now.getEpochSecond());
        long sum = 0;
        for (long second : spent) {
            sum += second;
        }
        double seconds = WINDOW + now.getNano() / 1e9;
        double age = Duration.between(made, now).toNanos() / 1e9;
        return Math.round(sum / Math.max(1, Math.min(seconds, age)));
    }

    private synchronized void spend(long nanos, Instant now) {
        forward(now.getEpochSecond());
        spent[(int) (lastSecond % spent.length)] += nanos;
    }

    /** Empties the slots of seconds that have passed since. */
    private void forward(long second) {
        for (long i = Math.max(lastSecond + 1, second - WINDOW); i <= second; i++) {
            spent[(int) (i % spent.length)] = 0;
        }
        lastSecond = Math.max(lastSecond, second);
    }

    /** @param action called once usage is over the limit, on the thread of the task that went over it */
    public void onOutOfMemory(Runnable action) {
        outOfMemory = action;
    }

    public void limits(@Nullable Long cpuMillis, @Nullable Long memoryBytes) {
        this.cpuMillis = cpuMillis;
        this.memoryLimit = memoryBytes;
        memory(0);
    }

    public @Nullable Long cpuMillis() {
        return cpuMillis;
    }

    public @Nullable Long memoryLimit() {
        return memoryLimit;
    }

    public long cpuNanos() {
        return cpuNanos.get();
    }

    public long memoryBytes() {
        return memoryBytes.get();
    }

    public long peakBytes() {
        return peakBytes;
    }

    /** Kills what is in the group: there is no memory left. */
    void outOfMemory() {
        outOfMemory.run();
    }

    /** @param delta bytes more or less that programs hold beyond what they start with; counted by the node, too */
    void held(long delta) {
        if (!node.add(delta)) {
            outOfMemory.run();
        }
    }

    /** @param delta bytes more or less in use, by programs or by files that are kept in memory */
    public void memory(long delta) {
        long now = memoryBytes.addAndGet(delta);
        peakBytes = Math.max(peakBytes, now);
        Long limit = memoryLimit;
        if (limit != null && now > limit) {
            outOfMemory.run();
        }
    }

    /** One task's use of the processor. Not thread-safe: each task has its own. */
    final class Meter {
        private @Nullable Instant since;
        private long nanos;

        /** Charges processor time, and waits when the task is ahead of the clock. */
        void charge(long used) throws InterruptedException {
            cpuNanos.addAndGet(used);
            nanos += used;
            if (nanos < SLICE_NANOS) {
                return;
            }
            Instant now = clock.now();
            spend(nanos, now);
            Long limit = cpuMillis;
            long wall = limit != null && limit < 1000 ? nanos * 1000 / Math.max(1, limit) : nanos;
            Instant begun = since;
            long passed = begun == null ? 0 : Duration.between(begun, now).toNanos();
            since = now;
            nanos = 0;
            // After a pause of its own the task is behind the clock, and owes nothing.
            if (passed < wall) {
                clock.sleep(Duration.ofNanos(wall - passed));
                since = clock.now();
            }
        }
    }
}
