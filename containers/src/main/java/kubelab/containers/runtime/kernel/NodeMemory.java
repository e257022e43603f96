package kubelab.containers.runtime.kernel;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the programs on a node hold beyond what they start with. Held data is real memory of this process, so a container
 * without a limit is stopped here, long before the cluster would be.
 *
 * <p>Source: the out-of-memory killer in Linux. Simplified: a node reports 8 GiB, but its containers can hold 256 MiB
 * of data together; the container that exceeds this is killed, not the largest one.
 */
public final class NodeMemory {
    /** The same on every machine, and little enough for a few nodes in a small heap. */
    public static final long BYTES = 256L << 20;

    private final AtomicLong held = new AtomicLong();

    /** @return false when that is more than there is */
    boolean add(long delta) {
        return held.addAndGet(delta) <= BYTES || delta <= 0;
    }
}
