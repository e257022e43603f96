package kubelab.app.soak;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kubelab.containers.host.DaemonThreads;

/** Tells those who make load when it is over. */
final class Gate {
    private final CountDownLatch over = new CountDownLatch(1);

    /** Something that makes load until it is over. */
    interface Round {
        void run(int number) throws Exception;
    }

    /** Runs rounds on a thread of its own until it is over. */
    Thread start(String name, Duration between, Round round) {
        return DaemonThreads.start(name, () -> {
            for (int i = 0; !pause(between); i++) {
                try {
                    round.run(i);
                } catch (InterruptedException stop) {
                    return;
                } catch (Exception e) {
                    if (!isOver()) {
                        System.err.println(name + ": " + e);
                    }
                }
            }
        });
    }

    void close() {
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** @return whether it is over, at once when it is */
    boolean pause(Duration duration) {
        try {
            return over.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
