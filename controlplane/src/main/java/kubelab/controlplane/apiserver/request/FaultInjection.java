package kubelab.controlplane.apiserver.request;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import kubelab.containers.clock.Clock;

/**
 * Trouble on purpose: requests that meet a rule are delayed or refused, whoever sends them, a client outside or a
 * component of the cluster. The API server asks here for every request once it knows who calls.
 *
 * <p>Threads: rules are added and taken back on any thread while others serve requests; a request meets the rules that were
 * there when it came. A delay sleeps on the thread that serves the request, and holds no lock.
 *
 * <pre>{@code
 * try (var slow = cluster.faults().delay((user, request) -> true, Duration.ofMillis(200))) { … }
 * cluster.faults().fail((user, request) -> request.plural().equals("pods"), 503).every(3);
 * }</pre>
 */
public final class FaultInjection {
    private final Clock clock;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    public FaultInjection(Clock clock) {
        this.clock = clock;
    }

    /** Whether a rule is about a request. Called on many threads. */
    public interface Match {
        /** @param user who calls, e.g. {@code system:kube-scheduler} */
        boolean test(String user, RequestInfo request);
    }

    /** Requests wait so long (cluster time) before they are looked at. A long watch is delayed once, at its start. */
    public Rule delay(Match match, Duration duration) {
        return add(match, info -> {
            try {
                clock.sleep(duration);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Requests are refused, with nothing done.
     *
     * @param code 429, 500, 503 or 504: what a real server in trouble answers
     */
    public Rule fail(Match match, int code) {
        String reason = reason(code);
        return add(match, info -> {
            throw new ApiException(code, reason, "refused on purpose: " + info.verb() + " " + info.path());
        });
    }

    /** Takes all rules back. */
    public void clear() {
        rules.clear();
    }

    /** @throws ApiException when a rule refuses it */
    public void meet(String user, RequestInfo info) {
        for (Rule rule : rules) {
            rule.meet(user, info);
        }
    }

    private Rule add(Match match, Consumer<RequestInfo> effect) {
        Rule rule = new Rule(match, effect);
        rules.add(rule);
        return rule;
    }

    private static String reason(int code) {
        return switch (code) {
            case 429 -> "TooManyRequests";
            case 500 -> "InternalError";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> throw new IllegalArgumentException("a fault answers 429, 500, 503 or 504, not " + code);
        };
    }

    /** A rule that is in force until it is closed. */
    public final class Rule implements AutoCloseable {
        private final Match match;
        private final Consumer<RequestInfo> effect;
        private final AtomicLong seen = new AtomicLong();
        private final AtomicLong hits = new AtomicLong();
        private volatile LongPredicate chosen = n -> true;

        private Rule(Match match, Consumer<RequestInfo> effect) {
            this.match = match;
            this.effect = effect;
        }

        /** Only the n-th, 2n-th, … of the requests that it is about. */
        public Rule every(int n) {
            chosen = number -> number % n == 0;
            return this;
        }

        /**
         * Only some of them, by chance: a component that tries again and again does not meet the fault at the same step
         * each time.
         *
         * @param share between 0 and 1
         */
        public Rule some(double share, long seed) {
            Random random = new Random(seed);
            chosen = number -> {
                synchronized (random) {
                    return random.nextDouble() < share;
                }
            };
            return this;
        }

        /** How many requests it has hit so far. */
        public long hits() {
            return hits.get();
        }

        private void meet(String user, RequestInfo info) {
            if (match.test(user, info) && chosen.test(seen.incrementAndGet())) {
                hits.incrementAndGet();
                effect.accept(info);
            }
        }

        @Override
        public void close() {
            rules.remove(this);
        }
    }
}
