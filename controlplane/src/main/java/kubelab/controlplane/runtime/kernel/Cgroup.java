package kubelab.controlplane.runtime.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import kubelab.controlplane.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for and limits what a container's tasks use. Processor time is charged by what programs do, not measured:
 * the figures are the same on a busy and on an idle machine, and a task that has used more than the clock has passed is
 * made to wait. That wait is also what keeps a container's endless loop from heating the real machine.
 */
public final class Cgroup {
    private static final long SLICE_NANOS = 10_000_000;

    private final Clock clock;
    private final NodeMemory node;
    private final AtomicLong cpuNanos = new AtomicLong();
    private final AtomicLong memoryBytes = new AtomicLong();
    private volatile @Nullable Long cpuMillis;
    private volatile @Nullable Long memoryLimit;
    private volatile long peakBytes;
    private volatile Runnable outOfMemory = () -> {};

    public Cgroup(Clock clock, NodeMemory node, @Nullable Long cpuMillis, @Nullable Long memoryLimit) {
        this.clock = clock;
        this.node = node;
        this.cpuMillis = cpuMillis;
        this.memoryLimit = memoryLimit;
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
