package kubelab.controlplane.apiserver.verb;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.Conversions;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompactedException;
import kubelab.controlplane.store.Entry;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import kubelab.controlplane.store.StoreEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** watch: a stream of changes with a bounded buffer; a client that reads too slowly is cut off and lists again. */
public final class WatchVerb {
    private static final Logger LOG = LoggerFactory.getLogger(WatchVerb.class);
    private static final int BUFFER = 10_000;
    private static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    private final ObjectStore objects;
    private final Encoding encoding;
    private final Conversions conversions;
    private final Clock clock;
    private final Executor workers;
    /** Frames of the last events: whoever comes second to an event finds it encoded. */
    private final AtomicReferenceArray<@Nullable Frame> frames = new AtomicReferenceArray<>(1024);

    private record Frame(long revision, String type, boolean lean, byte[] object, byte[] bytes) {}

    private final AtomicBoolean reminding = new AtomicBoolean();
    private final java.util.Set<Session> sessions = java.util.concurrent.ConcurrentHashMap.newKeySet();

    public WatchVerb(ObjectStore objects, Encoding encoding, Conversions conversions, Clock clock, Executor workers) {
        this.objects = objects;
        this.encoding = encoding;
        this.conversions = conversions;
        this.clock = clock;
        this.workers = workers;
    }

    public ApiResponse watch(RequestContext call) {
        ApiRequest request = call.request();
        Encoding.Wanted wanted = encoding.wanted(request, call.resource());
        ListOptions options = ListOptions.of(call);
        boolean initial = Boolean.TRUE.equals(options.initial());
        long from = ReadVerbs.parse(options.resourceVersion());
        Session session = new Session(call.resource(), wanted, options, request.flag("allowWatchBookmarks"));
        return ApiResponse.stream(encoding.watchContentType(wanted), sink -> {
            // Without a version, or with 0, a watch starts with what is there.
            boolean replay = initial || (from == 0 && options.initial() == null);
            session.open(
                    sink,
                    call.resource().prefix(call.namespace()),
                    from,
                    replay,
                    initial,
                    timeout(options.timeoutSeconds()));
        });
    }

    /** Ends all watches, as a restart or a broken connection would. */
    public void dropAll() {
        sessions.forEach(Session::end);
    }

    /** Ends the watches of one resource, behind what happened so far: it has changed, or is no more. */
    public void drop(String group, String plural) {
        sessions.stream().filter(s -> s.resource.is(group, plural)).toList().forEach(Session::finish);
    }

    /** One timer for all: of the bookmarks of a fast-forwarded day only the last is worth sending. */
    private void remindLater() {
        if (reminding.compareAndSet(false, true)) {
            clock.scheduleBeat("", BOOKMARK_EVERY, () -> {
                // Before the look: a session that comes behind it starts the next round itself.
                reminding.set(false);
                List<Session> listening =
                        sessions.stream().filter(s -> s.bookmarks).toList();
                listening.forEach(Session::remind);
                if (!listening.isEmpty()) {
                    remindLater();
                }
            });
        }
    }

    private static Duration timeout(long seconds) {
        // Upstream picks between 30 and 60 minutes so that not all clients come back at once.
        return Duration.ofSeconds(
                seconds > 0 ? seconds : 1800 + ThreadLocalRandom.current().nextInt(1800));
    }

    /** The server closes when a worker is refused: then nobody waits for the rest. */
    private void later(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException closing) {
            LOG.debug("a watch was left as it was: the server closes");
        }
    }

    /**
     * One client's watch. Three sides call it, on any thread: the store ({@code changed}, on the writer's thread), the
     * clock, and the client when it goes. Its monitor guards the fields only. Nothing foreign is called while it is held:
     * the end of an answer runs a client's code in this JVM, which takes the client's locks and comes back here for the
     * next watch. A watch whose own code fails is ended, so that the client lists again instead of hearing nothing.
     */
    private final class Session {
        private final Resource resource;
        private final Encoding.Wanted wanted;
        private final ListOptions filter;
        private final boolean bookmarks;
        private final Deque<Pending> buffer = new ArrayDeque<>();
        private @Nullable Sink sink;
        private Store.@Nullable Watch subscription;
        private Clock.@Nullable Timer timeout;
        /** Whether a thread drains the buffer, or a write is under way whose end will: then no other thread may. */
        private boolean writing;

        private boolean ended;
        /** Of the sending thread alone; they follow each other by the monitor. */
        private boolean first = true;
        /** Up to this revision all that concerns this client has been offered. */
        private volatile long seen;

        /** @param revision 0 for what is this client's alone */
        private record Pending(String type, byte[] object, long revision) {}

        Session(Resource resource, Encoding.Wanted wanted, ListOptions filter, boolean bookmarks) {
            this.resource = resource;
            this.wanted = wanted;
            this.filter = filter;
            this.bookmarks = bookmarks;
        }

        void open(Sink to, String prefix, long from, boolean replay, boolean markEnd, Duration lasting) {
            synchronized (this) {
                sink = to;
            }
            sessions.add(this);
            to.onClose(this::end);
            if (!objects.isServed(resource)) {
                // The definition changed behind the look at it; drop() may have been before this session was known.
                end();
                return;
            }
            try {
                long start = replay ? replay(prefix, markEnd) : from;
                seen = start;
                subscribed(objects.store().watch(prefix, start, this::changed), lasting);
            } catch (CompactedException e) {
                ApiException gone =
                        ApiException.expired("too old resource version: " + e.requested() + " (" + e.oldest() + ")");
                offer(new Pending("ERROR", Json.bytes(gone.toStatus()), 0));
                finish();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        /** @return the revision of what was sent */
        private long replay(String prefix, boolean markEnd) {
            Page page = objects.store().range(prefix, null, 0, 0);
            for (Entry entry : page.entries()) {
                if (matches(entry)) {
                    offer(new Pending("ADDED", entry.value(), 0));
                }
            }
            if (markEnd && bookmarks) {
                offer(new Pending("BOOKMARK", bookmark(page.revision(), true), 0));
            }
            return page.revision();
        }

        private void subscribed(Store.Watch opened, Duration lasting) {
            Clock.Timer timer = clock.scheduleOnWall(lasting, this::finish);
            boolean over;
            synchronized (this) {
                over = ended;
                if (!over) {
                    subscription = opened;
                    timeout = timer;
                }
            }
            if (over) {
                opened.close();
                timer.cancel();
            } else if (bookmarks) {
                remindLater();
            }
        }

        /** On the writer's thread: what goes wrong here is this watch's trouble, not that of the write or of others. */
        private void changed(StoreEvent event) {
            try {
                select(event);
            } catch (RuntimeException | Error e) {
                later(() -> fail(e));
            }
        }

        private void select(StoreEvent event) {
            Entry before = event.previous();
            boolean was = before != null && matches(before);
            boolean is = !event.deleted() && matches(event.entry());
            if (is) {
                offer(new Pending(was ? "MODIFIED" : "ADDED", event.entry().value(), event.revision()));
            } else if (before != null && was && !event.deleted()) {
                // It left the selection: for this client it is deleted, in the state in which it last matched.
                offer(new Pending("DELETED", atRevision(before.value(), event.revision()), 0));
            } else if (was) {
                offer(new Pending("DELETED", event.entry().value(), event.revision()));
            }
            // Behind the offer: a bookmark must not overtake the change it speaks of.
            seen = event.revision();
        }

        private boolean matches(Entry entry) {
            return filter.matches(entry, resource, conversions);
        }

        private byte[] atRevision(byte[] object, long revision) {
            ObjectNode tree = Json.parseObject(object);
            Json.ensure(tree, "metadata").put("resourceVersion", Long.toString(revision));
            return Json.bytes(tree);
        }

        private void offer(Pending pending) {
            boolean full;
            synchronized (this) {
                if (ended) {
                    return;
                }
                // The first list may be longer than the buffer; a slow reader of changes is cut off and lists again.
                full = buffer.size() >= BUFFER && subscription != null;
                if (!full) {
                    buffer.add(pending);
                    if (writing) {
                        return;
                    }
                    writing = true;
                }
            }
            later(full ? this::end : this::drain);
        }

        private void drain() {
            try {
                send();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        /** One thread at a time: the one that has set {@code writing}, or that the last write's end called. */
        private void send() {
            while (true) {
                Pending next;
                Sink to;
                synchronized (this) {
                    next = buffer.poll();
                    to = sink;
                    if (next == null || to == null) {
                        writing = false;
                        if (!ended) {
                            return;
                        }
                        sink = null;
                    }
                }
                if (to == null) {
                    return;
                }
                if (next == null) {
                    to.end();
                    return;
                }
                var sent = to.write(encode(next));
                if (!sent.isDone()) {
                    sent.whenComplete((ok, failed) -> later(failed != null ? this::end : this::drain));
                    return;
                }
                if (sent.isCompletedExceptionally()) {
                    end();
                    return;
                }
            }
        }

        private byte[] encode(Pending next) {
            if (wanted.plainJson() && resource.servesStoredBytes() && next.revision > 0) {
                return shared(next);
            }
            byte[] object = next.type.equals("ERROR") || next.type.equals("BOOKMARK")
                    ? next.object
                    : conversions.fromStorage(resource, next.object);
            byte[] frame = encoding.watchEvent(wanted, resource, next.type, object, first);
            first = false;
            return frame;
        }

        private byte[] shared(Pending next) {
            int kind = next.type.length() * 2 + (wanted.lean() ? 1 : 0);
            int slot = (int) ((next.revision * 8 + kind) & (frames.length() - 1));
            Frame known = frames.get(slot);
            if (known != null
                    && known.object == next.object
                    && known.lean == wanted.lean()
                    && known.type.equals(next.type)) {
                return known.bytes;
            }
            byte[] bytes = encoding.watchEvent(wanted, resource, next.type, next.object, false);
            frames.set(slot, new Frame(next.revision, next.type, wanted.lean(), next.object, bytes));
            return bytes;
        }

        private void remind() {
            // All changes up to "seen" are in the buffer before it, so the promise holds.
            offer(new Pending("BOOKMARK", bookmark(seen, false), 0));
        }

        private byte[] bookmark(long revision, boolean initialEventsEnd) {
            ObjectNode object = Json.object();
            object.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
            ObjectNode metadata = object.putObject("metadata");
            metadata.put("resourceVersion", Long.toString(revision));
            metadata.putNull("creationTimestamp");
            if (initialEventsEnd) {
                Map.of("k8s.io/initial-events-end", "true")
                        .forEach((k, v) -> metadata.putObject("annotations").put(k, v));
            }
            return Json.bytes(object);
        }

        /** Ends after what is buffered was sent. */
        private void finish() {
            boolean idle;
            synchronized (this) {
                ended = true;
                idle = !writing;
                writing = true;
            }
            if (idle) {
                later(this::drain);
            }
            release();
        }

        /** Ends now. */
        private void end() {
            Sink to;
            synchronized (this) {
                ended = true;
                buffer.clear();
                to = sink;
                sink = null;
            }
            release();
            if (to != null) {
                to.end();
            }
        }

        private void fail(Throwable cause) {
            boolean open;
            synchronized (this) {
                open = !ended;
            }
            if (open) {
                LOG.error("a watch of {} ends: the client has to list again", resource.plural(), cause);
            }
            end();
        }

        private void release() {
            sessions.remove(this);
            Store.Watch open;
            Clock.Timer timer;
            synchronized (this) {
                open = subscription;
                timer = timeout;
                subscription = null;
                timeout = null;
            }
            if (open != null) {
                open.close();
            }
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
