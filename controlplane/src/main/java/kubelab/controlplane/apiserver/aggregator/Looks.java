package kubelab.controlplane.apiserver.aggregator;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import kubelab.containers.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A work queue of names: a name is looked at by one thread at a time, and once more if it was noted meanwhile. A look that
 * fails is repeated, later each time. Its monitor guards what waits; looks run outside of it.
 */
final class Looks implements AutoCloseable {
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);

    private final Clock clock;
    private final Executor executor;
    private final Look look;
    private final Set<String> busy = new HashSet<>();
    private final Set<String> again = new HashSet<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private boolean closed;

    /** Looks at a name. */
    interface Look {
        /** @return whether all is well */
        boolean at(String name);
    }

    Looks(Clock clock, Executor executor, Look look) {
        this.clock = clock;
        this.executor = executor;
        this.look = look;
    }

    void note(String name) {
        synchronized (this) {
            if (closed || !busy.add(name)) {
                again.add(name);
                return;
            }
        }
        try {
            executor.execute(() -> work(name));
        } catch (RejectedExecutionException closing) {
            close();
        }
    }

    private void work(String name) {
        boolean more = true;
        while (more) {
            boolean well = false;
            try {
                well = look.at(name);
            } catch (RuntimeException | StackOverflowError failed) {
                LOG.warn("{}: tried again", name, failed);
            } finally {
                synchronized (this) {
                    more = again.remove(name) && !closed;
                    if (!more) {
                        busy.remove(name);
                    }
                }
                if (well) {
                    failures.remove(name);
                } else if (!more) {
                    retry(name);
                }
            }
        }
    }

    private void retry(String name) {
        int exponent = Math.min(failures.merge(name, 1, Integer::sum) - 1, 13);
        Duration delay = FIRST_RETRY.multipliedBy(1L << exponent);
        if (delay.compareTo(LAST_RETRY) < 0) {
            clock.schedule(delay, () -> note(name));
        } else {
            clock.scheduleBeat("", LAST_RETRY, () -> note(name));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
