package kubelab.app.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds pairs of each measurement
 * @param block how long one kind of request is sent
 * @param starts how often the embedded cluster is started in a new process
 * @param realStarts how often the real one is
 * @param pods on 100 nodes
 * @param day how long a fast-forwarded day may take
 */
public record Sizes(int rounds, Duration block, int starts, int realStarts, int pods, Duration day) {
    public static Sizes full() {
        return new Sizes(3, Duration.ofMillis(1200), 5, 2, 1000, Duration.ofSeconds(30));
    }

    /** Says whether all of it works, not how fast it is. */
    public static Sizes small() {
        return new Sizes(1, Duration.ofMillis(300), 1, 1, 100, Duration.ofSeconds(20));
    }
}
