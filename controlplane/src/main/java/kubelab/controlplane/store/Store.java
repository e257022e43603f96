package kubelab.controlplane.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A revisioned multi-version map. Writes are ordered by one lock and each gets the next revision; reads take no lock:
 * they fix a revision and follow each key's versions back to it.
 *
 * <p>Source: etcd's mvcc store and its API (Range, Txn, Watch, Compact), release 3.6, in memory.
 */
public final class Store {
    /** Expectation: write whatever is there. */
    public static final long ANY = -1;
    /** Expectation: there must be no such key. */
    public static final long ABSENT = 0;

    /** For ranges. */
    private final ConcurrentSkipListMap<String, Slot> ordered = new ConcurrentSkipListMap<>();
    /** The same for one key: keys are long and begin alike, so that finding one in order compares many characters. */
    private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final Object writer = new Object();
    private volatile long revision = 1;
    private volatile long compacted;

    /** The newest revision; everything up to it is visible to readers. */
    public long revision() {
        return revision;
    }

    /** The oldest revision that can still be read. */
    public long oldestRevision() {
        return compacted + 1;
    }

    public @Nullable Entry get(String key) {
        return get(key, revision);
    }

    /** @throws CompactedException when the revision is too old */
    public @Nullable Entry get(String key, long atRevision) {
        requireUncompacted(atRevision);
        Slot slot = slots.get(key);
        return slot == null ? null : slot.newest.at(atRevision);
    }

    /**
     * Entries whose keys start with {@code prefix}, as of one revision.
     *
     * @param after only keys behind this one; null from the start
     * @param limit at most so many entries; 0 means all
     * @param atRevision 0 means the newest
     * @throws CompactedException when the revision is too old
     */
    public Page range(String prefix, @Nullable String after, int limit, long atRevision) {
        long at = atRevision == 0 ? revision : atRevision;
        requireUncompacted(at);
        List<Entry> found = new ArrayList<>();
        long remaining = 0;
        var tail = ordered.tailMap(after == null ? prefix : after, after == null);
        for (var key : tail.entrySet()) {
            if (!key.getKey().startsWith(prefix)) {
                break;
            }
            Entry entry = key.getValue().newest.at(at);
            if (entry == null) {
                continue;
            }
            if (limit > 0 && found.size() >= limit) {
                remaining++;
            } else {
                found.add(entry);
            }
        }
        return new Page(at, found, remaining > 0, remaining);
    }

    /**
     * Writes a key if it is at the expected revision.
     *
     * @param expected {@link #ANY}, {@link #ABSENT} or the modRevision that must be there
     * @param value makes the bytes once the revision of this write is known
     */
    public Entry put(String key, long expected, LongFunction<Value> value) throws CompareFailedException {
        synchronized (writer) {
            Slot slot = slots.get(key);
            Entry current = current(slot);
            compare(key, expected, current);
            long next = revision + 1;
            Value written = value.apply(next);
            Entry entry = current == null
                    ? new Entry(key, next, next, 1, written.bytes(), written.fields())
                    : current.next(next, written);
            commit(new StoreEvent(false, entry, current), slot);
            return entry;
        }
    }

    /**
     * Deletes a key if it is at the expected revision.
     *
     * @param last makes the last state that watchers see, once the deletion's revision is known
     * @return what was deleted, at the deletion's revision; null when there was nothing and nothing was expected
     */
    public @Nullable Entry delete(String key, long expected, LongFunction<Value> last) throws CompareFailedException {
        synchronized (writer) {
            Slot slot = slots.get(key);
            Entry current = current(slot);
            compare(key, expected, current);
            if (current == null) {
                return null;
            }
            long next = revision + 1;
            Value written = last.apply(next);
            Entry entry = current.next(next, written);
            commit(new StoreEvent(true, entry, current), slot);
            return entry;
        }
    }

    /**
     * Calls back for every change under {@code prefix} after {@code fromRevision}: those that lie back at once and on
     * the calling thread, later ones on the writer's thread, in order and without gap. The callback must not block.
     *
     * @throws CompactedException when changes after {@code fromRevision} are no longer known
     */
    public Watch watch(String prefix, long fromRevision, Consumer<StoreEvent> callback) {
        Topic topic = topic(prefix);
        synchronized (writer) {
            if (fromRevision < compacted) {
                throw new CompactedException(fromRevision, oldestRevision());
            }
            topic.since(fromRevision).stream()
                    .filter(e -> e.entry().key().startsWith(prefix))
                    .forEach(callback);
            Topic.Subscription subscription = new Topic.Subscription(prefix, callback);
            topic.subscribe(subscription);
            return () -> topic.unsubscribe(subscription);
        }
    }

    /** Forgets all states that are older than the state at {@code atRevision}. */
    public void compact(long atRevision) {
        synchronized (writer) {
            if (atRevision <= compacted || atRevision > revision) {
                return;
            }
            compacted = atRevision - 1;
            ordered.forEach((key, slot) -> {
                History newest = slot.newest;
                History kept = newest;
                while (kept.entry.modRevision() > atRevision && kept.older != null) {
                    kept = kept.older;
                }
                kept.older = null;
                if (kept == newest && kept.deleted && kept.entry.modRevision() <= atRevision) {
                    ordered.remove(key);
                    slots.remove(key);
                }
            });
            topics.values().forEach(t -> t.forget(compacted));
        }
    }

    /** A subscription to changes. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private void commit(StoreEvent event, @Nullable Slot slot) {
        if (slot == null) {
            Slot made = new Slot(new History(event.entry(), event.deleted(), null));
            slots.put(event.entry().key(), made);
            ordered.put(event.entry().key(), made);
        } else {
            slot.newest = new History(event.entry(), event.deleted(), slot.newest);
        }
        // Published last: a reader that sees the revision also sees the key's new version.
        revision = event.revision();
        topic(event.entry().key()).publish(event);
    }

    private static @Nullable Entry current(@Nullable Slot slot) {
        return slot == null || slot.newest.deleted ? null : slot.newest.entry;
    }

    private static void compare(String key, long expected, @Nullable Entry current) throws CompareFailedException {
        if (expected != ANY && expected != (current == null ? ABSENT : current.modRevision())) {
            throw new CompareFailedException(key, expected, current);
        }
    }

    private void requireUncompacted(long at) {
        if (at <= compacted) {
            throw new CompactedException(at, oldestRevision());
        }
    }

    /** Keys are grouped by their second segment: a watcher of pods costs nothing when an event is written. */
    private Topic topic(String key) {
        int end = key.indexOf('/', key.indexOf('/', 1) + 1);
        return topics.computeIfAbsent(end < 0 ? key : key.substring(0, end), name -> new Topic());
    }
}
