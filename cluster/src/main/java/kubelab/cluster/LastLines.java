package kubelab.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.testcontainers.containers.output.OutputFrame;

/**
 * Keeps the end of a container's log while it starts: one that does not start is taken away, with its log. Its monitor guards the
 * lines; the engine's thread adds them.
 */
final class LastLines implements Consumer<OutputFrame> {
    private static final int KEPT = 400;

    private final Deque<String> lines = new ArrayDeque<>();
    private boolean over;

    @Override
    public synchronized void accept(OutputFrame frame) {
        if (over) {
            return;
        }
        frame.getUtf8String().lines().filter(line -> !line.isBlank()).forEach(lines::add);
        while (lines.size() > KEPT) {
            lines.remove();
        }
    }

    /** The last so many of them. */
    synchronized List<String> last(int count) {
        return lines.stream().skip(Math.max(0, lines.size() - count)).toList();
    }

    /** Whether one of them has this text. */
    synchronized boolean have(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    /** It has started: nothing is kept any more. */
    synchronized void forget() {
        over = true;
        lines.clear();
    }
}
