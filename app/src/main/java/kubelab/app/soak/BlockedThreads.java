package kubelab.app.soak;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Looks once a second for threads that wait for a monitor; one that has waited in vain for ten looks hangs. */
final class BlockedThreads {
    private static final int LIMIT = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Thread → how often in a row it was found blocked without having moved. */
    private Map<Long, Look> before = new HashMap<>();

    private final Map<String, String> hanging = new TreeMap<>();

    private record Look(long blocked, int times) {}

    void look() {
        Map<Long, Look> now = new HashMap<>();
        for (ThreadInfo thread : THREADS.dumpAllThreads(false, false, 1)) {
            if (thread.getThreadState() == Thread.State.BLOCKED) {
                Look last = before.get(thread.getThreadId());
                // The count goes up with each lock that it had to wait for.
                int times = last != null && last.blocked() == thread.getBlockedCount() ? last.times() + 1 : 1;
                now.put(thread.getThreadId(), new Look(thread.getBlockedCount(), times));
                if (times > LIMIT) {
                    hanging.put(
                            thread.getThreadName(),
                            thread.getLockName() + ", which " + thread.getLockOwnerName() + " holds");
                }
            }
        }
        before = now;
    }

    /** Thread → what it waits for. */
    Map<String, String> hanging() {
        return hanging;
    }
}
