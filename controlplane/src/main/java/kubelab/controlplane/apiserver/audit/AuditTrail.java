package kubelab.controlplane.apiserver.audit;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Who did what: the last Events, for the log, for tests and for whatever listens. Bounded by number and by the bytes of what
 * is in them: the oldest are dropped, and counted.
 *
 * <p>Threads: Events are added on the threads that serve requests, and read on any. The monitor of {@code events} guards
 * them and the counts; listeners are called after it was given back.
 */
public final class AuditTrail {
    private static final int KEPT = 20_000;
    private static final long BYTES_KEPT = 16L * 1024 * 1024;

    private final Deque<AuditEvent> events = new ArrayDeque<>();
    private final List<Consumer<AuditEvent>> listeners = new CopyOnWriteArrayList<>();
    private long sequence;
    private long dropped;
    private long bytes;

    void add(AuditRecord record, AuditStage stage, Instant time) {
        AuditEvent event;
        synchronized (events) {
            event = new AuditEvent(++sequence, stage, time, record);
            events.add(event);
            bytes += event.weight();
            while (events.size() > KEPT || bytes > BYTES_KEPT && events.size() > 1) {
                bytes -= events.remove().weight();
                dropped++;
            }
        }
        for (Consumer<AuditEvent> listener : listeners) {
            listener.accept(event);
        }
    }

    /** The last Events, oldest first. */
    public List<AuditEvent> events() {
        return since(0);
    }

    /** Number of the newest Event: {@code since(position())} later gives what came after. */
    public long position() {
        synchronized (events) {
            return sequence;
        }
    }

    /** How many were dropped, from the first on, to make room. */
    public long dropped() {
        synchronized (events) {
            return dropped;
        }
    }

    public List<AuditEvent> since(long position) {
        List<AuditEvent> newer = new ArrayList<>();
        synchronized (events) {
            Iterator<AuditEvent> newest = events.descendingIterator();
            while (newest.hasNext()) {
                AuditEvent event = newest.next();
                if (event.sequence() <= position) {
                    break;
                }
                newer.add(event);
            }
        }
        Collections.reverse(newer);
        return newer;
    }

    /** Calls back for every Event from now on, on the request's thread: must not block. */
    public AutoCloseable listen(Consumer<AuditEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
