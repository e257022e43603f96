package kubelab.containers.runtime;

import java.time.Instant;
import java.util.List;

/** A container's output, line by line, in the order it was written. */
public interface ContainerLog {

    /** All lines so far, the oldest first. */
    List<Line> lines();

    /**
     * Calls back for every line from {@code index} on, those already there first, until closed or until the container
     * has ended and every line was delivered ({@code ended} is then called once).
     */
    AutoCloseable follow(int index, Follower follower);

    /** @param text without the line's end; {@code partial} when no line end was written (last line of a program) */
    record Line(Instant time, boolean stderr, String text, boolean partial) {}

    /** Gets lines one after another, never two at once. */
    interface Follower {
        void line(Line line);

        void ended();
    }
}
