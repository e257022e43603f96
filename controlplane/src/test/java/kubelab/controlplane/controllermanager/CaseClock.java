package kubelab.controlplane.controllermanager;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Phaser;
import java.util.function.Supplier;
import kubelab.controlplane.EmbeddedCluster;

/**
 * The time that cases wait in. Many cases share one cluster: in a fast-forward, time passes only while all of them wait, so that
 * none is late, however slow the machine. On a real cluster time passes by itself.
 */
final class CaseClock {
    private final Supplier<Instant> now;
    private final Phaser waiting = new Phaser(1);
    private final boolean real;

    private CaseClock(Supplier<Instant> now, boolean real) {
        this.now = now;
        this.real = real;
    }

    static CaseClock real() {
        return new CaseClock(Instant::now, true);
    }

    static CaseClock of(EmbeddedCluster cluster) {
        return new CaseClock(cluster.clock()::now, false);
    }

    Instant now() {
        return now.get();
    }

    /** One more case plays, and {@link #ended} says when it does not any more. */
    void begun() {
        waiting.register();
    }

    void ended() {
        waiting.arriveAndDeregister();
    }

    /** A case has nothing to do now: some time passes. */
    void pass() {
        if (real) {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return;
        }
        waiting.arriveAndAwaitAdvance();
        waiting.arriveAndAwaitAdvance();
    }

    /** Lets time pass in steps until all cases have ended. */
    void passUntilAllEnded(EmbeddedCluster cluster, Duration step) throws InterruptedException {
        while (waiting.getRegisteredParties() > 1) {
            waiting.arriveAndAwaitAdvance();
            cluster.advance(step);
            waiting.arriveAndAwaitAdvance();
        }
    }
}
