package kubelab.labkit.worker;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * What a process was like before an answer, and what the answer has left in it: a thread, a process, a system property.
 * Static state of the answer's own classes goes with their loader; what it has put into a library is not seen.
 */
final class Leftovers {
    /** A client that was closed takes a moment to end its threads. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    private static final long PAUSE_MS = 2;
    /** How the names of threads begin of which there is one for all: of the JDK, of all clients, of all connections. */
    private static final List<String> SHARED =
            List.of("CompletableFutureDelayScheduler", "CachedSingleThreadScheduler-", "globalEventExecutor-");

    private final Set<Thread> threads = Set.copyOf(Thread.getAllStackTraces().keySet());
    private final List<Object> rest = rest();
    /** After the rest: to ask for the time zone sets a property. */
    private final Map<Object, Object> properties = properties();

    /** What is not as it was; empty if nothing. Waits for threads that are about to end. */
    Optional<String> find() throws InterruptedException {
        Set<Map.Entry<Object, Object>> changed = new HashSet<>(properties().entrySet());
        changed.removeAll(properties.entrySet());
        if (!changed.isEmpty() || !properties().keySet().containsAll(properties.keySet())) {
            return Optional.of("a system property " + changed);
        }
        if (!rest().equals(rest)) {
            return Optional.of("a default of the process");
        }
        if (ProcessHandle.current().children().findAny().isPresent()) {
            return Optional.of("a process");
        }
        long deadline = System.nanoTime() + GRACE_NANOS;
        Optional<Thread> left = thread();
        while (left.isPresent() && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE_MS);
            left = thread();
        }
        return left.map(thread -> "the thread " + thread.getName());
    }

    private Optional<Thread> thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threads.contains(thread) && !isKept(thread))
                .findAny();
    }

    /** Threads that the JDK and the client keep for later, and that do nothing of an answer's. */
    private static boolean isKept(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        boolean system = group == null || group.getParent() == null;
        boolean pool = thread.getName().startsWith("ForkJoinPool.commonPool-")
                && ForkJoinPool.commonPool().isQuiescent();
        return system || pool || SHARED.stream().anyMatch(thread.getName()::startsWith);
    }

    private static Map<Object, Object> properties() {
        return new HashMap<>(System.getProperties());
    }

    private static List<Object> rest() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        return List.of(
                out,
                err,
                in,
                or(Thread.getDefaultUncaughtExceptionHandler()),
                Locale.getDefault(),
                TimeZone.getDefault());
    }

    private static Object or(@Nullable Object handler) {
        return handler == null ? "none" : handler;
    }
}
