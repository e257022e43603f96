package kubelab.controlplane.apiserver.request;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Who did what: the last requests, for tests, checks and lessons.
 *
 * <p>Threads: requests are recorded on the threads that serve them, and read on any. The monitor of {@code events} guards
 * them and the sequence; listeners are called after it was given back.
 */
public final class AuditTrail {
    private static final int KEPT = 20_000;
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private long sequence;

    /**
     * One request.
     *
     * @param sequence 1, 2, 3, … in the order of the answers
     * @param auditId the request's id, which is the cause of what it wrote
     * @param impersonated the user it was done as, if another; empty otherwise
     * @param code HTTP status
     */
    public record Event(
            long sequence,
            String auditId,
            Instant time,
            String user,
            String impersonated,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path,
            int code,
            String userAgent) {}

    public void record(
            String auditId, Instant time, String caller, User user, RequestInfo info, ApiRequest request, int code) {
        Event event;
        synchronized (events) {
            event = new Event(
                    ++sequence,
                    auditId,
                    time,
                    caller,
                    user.name().equals(caller) ? "" : user.name(),
                    info.verb(),
                    info.group(),
                    info.plural(),
                    info.subresource(),
                    info.namespace(),
                    info.name(),
                    info.path(),
                    code,
                    request.header("user-agent").intern()); // a handful of clients send thousands of requests
            events.add(event);
            if (events.size() > KEPT) {
                events.remove();
            }
        }
        for (Consumer<Event> listener : listeners) {
            listener.accept(event);
        }
    }

    /** The last requests, oldest first. */
    public List<Event> events() {
        synchronized (events) {
            return new ArrayList<>(events);
        }
    }

    /** Number of the newest event: {@code since(position())} later gives what came after. */
    public long position() {
        synchronized (events) {
            return sequence;
        }
    }

    public List<Event> since(long position) {
        return events().stream().filter(e -> e.sequence > position).toList();
    }

    /** Calls back for every request from now on, on the request's thread: must not block. */
    public AutoCloseable listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
