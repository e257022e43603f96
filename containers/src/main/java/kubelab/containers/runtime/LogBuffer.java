package kubelab.containers.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;

/**
 * What a container has printed. Followers are served one batch at a time on the runtime's threads, so that a slow one
 * never holds up the container.
 *
 * <p>Simplified: when a log exceeds {@value #LIMIT} bytes, its oldest half is dropped, where a kubelet rotates files.
 */
final class LogBuffer implements ContainerLog {
    private static final long LIMIT = 8 << 20;
    private static final int LINE_LIMIT = 16 * 1024;

    private final Clock clock;
    private final Executor threads;
    private final List<Line> lines = new ArrayList<>();
    private final ByteArrayOutputStream[] open = {new ByteArrayOutputStream(0), new ByteArrayOutputStream(0)};
    private final List<Subscription> followers = new CopyOnWriteArrayList<>();
    private long bytes;
    private int dropped;
    private boolean ended;

    LogBuffer(Clock clock, Executor threads) {
        this.clock = clock;
        this.threads = threads;
    }

    @Override
    public synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public AutoCloseable follow(int index, Follower follower) {
        Subscription subscription;
        synchronized (this) {
            subscription = new Subscription(follower, index + dropped);
            followers.add(subscription);
        }
        subscription.wake();
        return subscription;
    }

    void append(boolean stderr, byte[] from, int offset, int length) {
        synchronized (this) {
            ByteArrayOutputStream line = open[stderr ? 1 : 0];
            int begin = offset;
            for (int i = offset; i < offset + length; i++) {
                if (from[i] == '\n' || line.size() + i - begin >= LINE_LIMIT) {
                    boolean whole = from[i] == '\n';
                    line.write(from, begin, (whole ? i : i + 1) - begin);
                    add(stderr, line, !whole);
                    begin = i + 1;
                }
            }
            line.write(from, begin, offset + length - begin);
        }
        followers.forEach(Subscription::wake);
    }

    /** The container has ended: what is left without a line's end becomes a line. */
    void end() {
        synchronized (this) {
            for (int i = 0; i < open.length; i++) {
                if (open[i].size() > 0) {
                    add(i == 1, open[i], true);
                }
            }
            ended = true;
        }
        followers.forEach(Subscription::wake);
    }

    private void add(boolean stderr, ByteArrayOutputStream text, boolean partial) {
        lines.add(new Line(clock.now(), stderr, text.toString(StandardCharsets.UTF_8), partial));
        bytes += text.size() + 64L;
        text.reset();
        if (bytes > LIMIT) {
            int half = lines.size() / 2;
            for (Line line : lines.subList(0, half)) {
                bytes -= line.text().length() + 64L;
            }
            lines.subList(0, half).clear();
            dropped += half;
        }
    }

    private final class Subscription implements AutoCloseable {
        private final Follower follower;
        private int next;
        private boolean busy;
        private boolean again;
        private volatile boolean closed;

        Subscription(Follower follower, int next) {
            this.follower = follower;
            this.next = next;
        }

        /** Starts a delivery unless one runs; then that one looks again. */
        void wake() {
            synchronized (LogBuffer.this) {
                again = true;
                if (busy || closed) {
                    return;
                }
                busy = true;
            }
            threads.execute(this::deliver);
        }

        private void deliver() {
            Deque<Line> batch = new ArrayDeque<>();
            while (true) {
                boolean last;
                synchronized (LogBuffer.this) {
                    if (closed || !again) {
                        busy = false;
                        return;
                    }
                    again = false;
                    int from = Math.max(0, next - dropped);
                    batch.addAll(lines.subList(Math.min(from, lines.size()), lines.size()));
                    next = dropped + lines.size();
                    last = ended;
                }
                while (!batch.isEmpty() && !closed) {
                    follower.line(batch.poll());
                }
                if (last && !closed) {
                    close();
                    follower.ended();
                    return;
                }
            }
        }

        @Override
        public void close() {
            closed = true;
            followers.remove(this);
        }
    }
}
