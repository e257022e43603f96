package kubelab.controlplane;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import kubelab.containers.host.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every ten seconds, on wall time and a thread of its own, whether each part of the control plane moves: a part
 * that had work at seven looks in a row and has done nothing in between stands still. A watch has work when its resource
 * has changed and it has not heard of it. Looking takes no lock for longer than a field's read.
 */
final class Watchdog implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(10);
    /** In looks, not in time: a machine that was asleep for an hour has found nothing. */
    static final int LOOKS = 7;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Supplier<Map<String, List<Progress>>> parts;
    private final ToLongFunction<Progress.Watch> newestChange;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<String, Still> still = Map.of();
    private volatile List<String> stalled = List.of();

    /** @param looks how many in a row have found it waiting at the same mark */
    private record Still(long mark, int looks) {}

    /**
     * @param parts component → its parts, asked at each look
     * @param newestChange the revision that a watch should have heard of
     */
    Watchdog(Supplier<Map<String, List<Progress>>> parts, ToLongFunction<Progress.Watch> newestChange) {
        this.parts = parts;
        this.newestChange = newestChange;
        DaemonThreads.start("watchdog", this::run);
    }

    /** What stands still, one sentence each; empty when all moves. */
    List<String> stalled() {
        return stalled;
    }

    /** For tests: what had work at the last look, whether it moves or not. */
    synchronized Set<String> waiting() {
        return still.keySet();
    }

    /** One look. */
    void look() {
        Map<String, Long> waiting = new LinkedHashMap<>();
        parts.get().forEach((component, all) -> all.forEach(part -> note(component, part, waiting)));
        List<String> found = new ArrayList<>(unmoved(waiting));
        found.addAll(deadlocks());
        if (!names(found).equals(names(stalled))) {
            found.forEach(sentence -> LOG.warn("{}", sentence));
        }
        stalled = List.copyOf(found);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.warn("a look at the components failed", e);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param waiting gets the part's mark if it has work */
    private void note(String component, Progress part, Map<String, Long> waiting) {
        if (part instanceof Progress.Work work && work.waiting()) {
            waiting.put(component + ": " + work.part(), work.done());
        } else if (part instanceof Progress.Watch watch && watch.revision() < newestChange.applyAsLong(watch)) {
            waiting.put(component + ": its watch of " + watch.plural(), watch.revision());
        }
    }

    private synchronized List<String> unmoved(Map<String, Long> waiting) {
        Map<String, Still> now = new LinkedHashMap<>();
        List<String> found = new ArrayList<>();
        waiting.forEach((name, mark) -> {
            Still before = still.get(name);
            Still here = new Still(mark, before != null && before.mark() == mark ? before.looks() + 1 : 1);
            now.put(name, here);
            if (here.looks() >= LOOKS) {
                long seconds = EVERY.multipliedBy(here.looks() - 1L).toSeconds();
                found.add(name + " has not moved for " + seconds + " s although there is work");
            }
        });
        still = now;
        return found;
    }

    private static List<String> names(List<String> sentences) {
        return sentences.stream().map(s -> s.replaceAll(" has not moved.*", "")).toList();
    }

    private static List<String> deadlocks() {
        long[] ids = THREADS.findDeadlockedThreads();
        if (ids == null) {
            return List.of();
        }
        Map<String, String> waits = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(ids)) {
            if (thread != null) {
                waits.put(thread.getThreadName(), Objects.toString(thread.getLockOwnerName(), "nobody"));
            }
        }
        return List.of("deadlocked threads (each waits for the other): " + waits);
    }
}
