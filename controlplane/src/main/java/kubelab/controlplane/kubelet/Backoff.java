package kubelab.controlplane.kubelet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next try: 10 s, doubled with every try up to 5 minutes, forgotten when the last try is 10
 * minutes past.
 *
 * <p>Source: k8s.io/client-go/util/flowcontrol.Backoff with the kubelet's values, release 1.34.
 */
final class Backoff {
    static final Duration INITIAL = Duration.ofSeconds(10);
    static final Duration MAX = Duration.ofMinutes(5);

    private Duration delay = Duration.ZERO;
    private @Nullable Instant lastUpdate;

    /** The delay now in force: zero before the second try. */
    Duration delay() {
        return delay;
    }

    /** How much of the delay that began at {@code since} is left at {@code now}; zero when it is over. */
    Duration remaining(Instant since, Instant now) {
        if (lastUpdate == null || expired(since)) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, since.plus(delay));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** A try is made because of something that happened at {@code since}. */
    void next(Instant since, Instant now) {
        if (lastUpdate == null || expired(since)) {
            delay = INITIAL;
        } else {
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(MAX) > 0 ? MAX : doubled;
        }
        lastUpdate = now;
    }

    private boolean expired(Instant since) {
        return lastUpdate != null && Duration.between(lastUpdate, since).compareTo(MAX.multipliedBy(2)) > 0;
    }
}
