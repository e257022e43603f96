package kubelab.controlplane.apiserver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import kubelab.controlplane.clock.Clock;
import kubelab.controlplane.store.CompactedException;
import kubelab.controlplane.store.Entry;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import kubelab.controlplane.store.StoreEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** watch: a stream of changes with a bounded buffer; a client that reads too slowly is cut off and lists again. */
final class WatchVerb {
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

    WatchVerb(ObjectStore objects, Encoding encoding, Conversions conversions, Clock clock, Executor workers) {
        this.objects = objects;
        this.encoding = encoding;
        this.conversions = conversions;
        this.clock = clock;
        this.workers = workers;
    }

    ApiResponse watch(Call call) {
        ApiRequest request = call.request();
        Encoding.Wanted wanted = encoding.wanted(request);
        ListOptions options = ListOptions.of(call);
        boolean initial = Boolean.TRUE.equals(options.initial());
        long from = Reads.parse(options.resourceVersion());
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
    void dropAll() {
        sessions.forEach(Session::end);
    }

    /** One timer for all: of the bookmarks of a fast-forwarded day only the last is worth sending. */
    private void remindLater() {
        if (reminding.compareAndSet(false, true)) {
            clock.scheduleBeat("", BOOKMARK_EVERY, () -> {
                List<Session> listening =
                        sessions.stream().filter(s -> s.bookmarks).toList();
                listening.forEach(Session::remind);
                reminding.set(false);
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

    /** One client's watch. */
    private final class Session {
        private final Resource resource;
        private final Encoding.Wanted wanted;
        private final ListOptions filter;
        private final boolean bookmarks;
        private final Deque<Pending> buffer = new ArrayDeque<>();
        private @Nullable Sink sink;
        private Store.@Nullable Watch subscription;
        private Clock.@Nullable Timer timeout;
        private boolean writing;
        private boolean ended;
        private boolean first = true;
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
            try {
                long start = from;
                if (replay) {
                    Page page = objects.store().range(prefix, null, 0, 0);
                    for (Entry entry : page.entries()) {
                        if (filter.matches(entry)) {
                            offer(new Pending("ADDED", entry.value(), 0));
                        }
                    }
                    start = page.revision();
                    if (markEnd && bookmarks) {
                        offer(new Pending("BOOKMARK", bookmark(start, true), 0));
                    }
                }
                seen = start;
                Store.Watch opened = objects.store().watch(prefix, start, this::changed);
                synchronized (this) {
                    subscription = opened;
                    if (!ended) {
                        timeout = clock.scheduleOnWall(lasting, this::finish);
                        if (bookmarks) {
                            remindLater();
                        }
                        return;
                    }
                }
                opened.close();
            } catch (CompactedException e) {
                ApiException gone =
                        ApiException.expired("too old resource version: " + e.requested() + " (" + e.oldest() + ")");
                offer(new Pending("ERROR", Json.bytes(gone.toStatus()), 0));
                finish();
            }
        }

        /** On the writer's thread. */
        private void changed(StoreEvent event) {
            Entry before = event.previous();
            boolean was = before != null && filter.matches(before);
            boolean is = !event.deleted() && filter.matches(event.entry());
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

        private byte[] atRevision(byte[] object, long revision) {
            ObjectNode tree = Json.parseObject(object);
            Json.ensure(tree, "metadata").put("resourceVersion", Long.toString(revision));
            return Json.bytes(tree);
        }

        private void offer(Pending pending) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                if (buffer.size() >= BUFFER && subscription != null) {
                    workers.execute(this::end);
                    return;
                }
                buffer.add(pending);
                if (writing) {
                    return;
                }
                writing = true;
            }
            workers.execute(this::drain);
        }

        private void drain() {
            while (true) {
                Pending next;
                Sink to;
                synchronized (this) {
                    next = buffer.poll();
                    to = sink;
                    if (next == null || to == null) {
                        writing = false;
                        if (ended && to != null) {
                            sink = null;
                            to.end();
                        }
                        return;
                    }
                }
                byte[] frame = encode(next);
                var sent = to.write(frame);
                if (!sent.isDone()) {
                    sent.whenComplete((ok, failed) -> {
                        if (failed != null) {
                            end();
                        } else {
                            workers.execute(this::drain);
                        }
                    });
                    return;
                }
                if (sent.isCompletedExceptionally()) {
                    end();
                    return;
                }
            }
        }

        private byte[] encode(Pending next) {
            if (wanted.plainJson() && resource.isStorageVersion() && next.revision > 0) {
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
            synchronized (this) {
                ended = true;
                if (!writing) {
                    writing = true;
                    workers.execute(this::drain);
                }
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

        private void release() {
            sessions.remove(this);
            synchronized (this) {
                if (subscription != null) {
                    subscription.close();
                }
                if (timeout != null) {
                    timeout.cancel();
                }
            }
        }
    }
}
