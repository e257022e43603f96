package kubelab.grader;

import java.time.Duration;

/**
 * What an answer may use, and how long a check waits.
 *
 * @param time from the answer's start to its return
 * @param heapMegabytes the worker's heap
 * @param outputBytes what it may print before it is ended
 * @param quiet a namespace in which nothing has changed for so long, after the answer returned, will not change any more
 * @param exercise the longest that one exercise may take in all
 * @param call how long one call of a component may take
 */
public record Limits(
        Duration time, int heapMegabytes, long outputBytes, Duration quiet, Duration exercise, Duration call) {
    public Limits(Duration time, int heapMegabytes, long outputBytes, Duration quiet, Duration exercise) {
        this(time, heapMegabytes, outputBytes, quiet, exercise, Duration.ofSeconds(5));
    }

    /** The level {@code own}: generous, since it guards against accidents. */
    public static Limits own() {
        return new Limits(Duration.ofSeconds(60), 256, 8L * 1024 * 1024, Duration.ofSeconds(3), Duration.ofMinutes(3));
    }

    public Limits withTime(Duration shorter) {
        return new Limits(shorter, heapMegabytes, outputBytes, quiet, exercise, call);
    }

    public Limits withCall(Duration shorter) {
        return new Limits(time, heapMegabytes, outputBytes, quiet, exercise, shorter);
    }

    public Limits withQuiet(Duration shorter) {
        return new Limits(time, heapMegabytes, outputBytes, shorter, exercise, call);
    }
}
