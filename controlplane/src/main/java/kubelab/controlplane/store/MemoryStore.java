package kubelab.controlplane.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store in memory. Writes are ordered by one lock and each gets the next revision; reads take no lock: they fix a
 * revision and follow each key's versions back to it.
 *
 * <p>Threads: {@code writer} guards the order of revisions, the groups of watchers and what compaction cuts. The maps,
 * {@code revision}, {@code compacted} and each key's newest version are read without it.
 *
 * <p>Source: etcd's package mvcc, release 3.6.
 */
public final class MemoryStore implements Store {
    /** For ranges. */
    private final ConcurrentSkipListMap<String, KeyIndex> ordered = new ConcurrentSkipListMap<>();
    /** The same for one key: keys are long and begin alike, so that finding one in order compares many characters. */
    private final ConcurrentHashMap<String, KeyIndex> byKey = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, WatcherGroup> groups = new ConcurrentHashMap<>();
    private final Object writer = new Object();
    private volatile long revision = 1;
    private volatile long compacted;

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long oldestRevision() {
        return compacted + 1;
    }

    @Override
    public @Nullable Entry get(String key) {
        return get(key, revision);
    }

    @Override
    public @Nullable Entry get(String key, long atRevision) {
        requireUncompacted(atRevision);
        KeyIndex index = byKey.get(key);
        return index == null ? null : index.newest.at(atRevision);
    }

    @Override
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

    @Override
    public Entry put(Command.Put command) throws CompareFailedException {
        synchronized (writer) {
            KeyIndex index = byKey.get(command.key());
            Entry current = current(index);
            compare(command.key(), command.expected(), current);
            long next = revision + 1;
            Entry entry = current == null
                    ? Entry.first(command.key(), next, command.value(), command.cause())
                    : current.next(next, command.value(), command.cause());
            commit(new StoreEvent(false, entry, current), index);
            return entry;
        }
    }

    @Override
    public @Nullable Entry delete(Command.Delete command) throws CompareFailedException {
        synchronized (writer) {
            KeyIndex index = byKey.get(command.key());
            Entry current = current(index);
            compare(command.key(), command.expected(), current);
            if (current == null) {
                return null;
            }
            Entry entry = current.next(revision + 1, command.last(), command.cause());
            commit(new StoreEvent(true, entry, current), index);
            return entry;
        }
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<StoreEvent> callback) {
        WatcherGroup group = group(prefix);
        synchronized (writer) {
            if (fromRevision < compacted) {
                throw new CompactedException(fromRevision, oldestRevision());
            }
            group.since(fromRevision).stream()
                    .filter(e -> e.entry().key().startsWith(prefix))
                    .forEach(callback);
            WatcherGroup.Subscription subscription = new WatcherGroup.Subscription(prefix, callback);
            group.subscribe(subscription);
            return () -> group.unsubscribe(subscription);
        }
    }

    @Override
    public long newestChange(String prefix) {
        WatcherGroup group = group(prefix);
        synchronized (writer) {
            return group.newest(prefix);
        }
    }

    @Override
    public void compact(Command.Compact command) {
        long atRevision = command.atRevision();
        synchronized (writer) {
            if (atRevision <= compacted || atRevision > revision) {
                return;
            }
            compacted = atRevision - 1;
            ordered.forEach((key, index) -> {
                KeyVersion newest = index.newest;
                KeyVersion kept = newest;
                while (kept.entry.modRevision() > atRevision && kept.older != null) {
                    kept = kept.older;
                }
                kept.older = null;
                if (kept == newest && kept.deleted && kept.entry.modRevision() <= atRevision) {
                    ordered.remove(key);
                    byKey.remove(key);
                }
            });
            groups.values().forEach(t -> t.forget(compacted));
        }
    }

    private void commit(StoreEvent event, @Nullable KeyIndex index) {
        if (index == null) {
            KeyIndex made = new KeyIndex(new KeyVersion(event.entry(), event.deleted(), null));
            byKey.put(event.entry().key(), made);
            ordered.put(event.entry().key(), made);
        } else {
            index.newest = new KeyVersion(event.entry(), event.deleted(), index.newest);
        }
        // Published last: a reader that sees the revision also sees the key's new version.
        revision = event.revision();
        group(event.entry().key()).publish(event);
    }

    private static @Nullable Entry current(@Nullable KeyIndex index) {
        return index == null || index.newest.deleted ? null : index.newest.entry;
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
    private WatcherGroup group(String key) {
        int end = key.indexOf('/', key.indexOf('/', 1) + 1);
        return groups.computeIfAbsent(end < 0 ? key : key.substring(0, end), name -> new WatcherGroup());
    }
}
