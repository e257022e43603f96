package kubelab.controlplane.controllermanager.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kubelab.containers.clock.Clock;

/**
 * What a controller did and has not yet seen in its cache. A cache lags behind: a controller that created three Pods
 * and looks again at once sees none, and would create three more. So it notes what it expects, and acts again only when
 * the watch has shown it. Thread-safe.
 *
 * <p>Source: {@code pkg/controller/controller_utils.go} (UIDTrackingControllerExpectations), 1.34.
 */
public final class Expectations {
    /** After so long an expectation is given up: better to look at a stale cache than to stand still for ever. */
    static final Duration GIVE_UP = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<Key, Entry> entries = new HashMap<>();

    private static final class Entry {
        int creations;
        final Set<String> deletions = new HashSet<>();
        Instant since = Instant.MIN;
    }

    public Expectations(Clock clock) {
        this.clock = clock;
    }

    /** The cache shows everything this controller did for {@code owner}. */
    public synchronized boolean satisfied(Key owner) {
        Entry entry = entries.get(owner);
        return entry == null
                || entry.creations <= 0 && entry.deletions.isEmpty()
                || Duration.between(entry.since, clock.now()).compareTo(GIVE_UP) > 0;
    }

    /** Call before creating: {@code count} objects will appear. */
    public synchronized void expectCreations(Key owner, int count) {
        Entry entry = fresh(owner);
        entry.creations += count;
    }

    /** Call before deleting: the objects with these uids will go (or start to: a deletion timestamp is enough). */
    public synchronized void expectDeletions(Key owner, Set<String> uids) {
        fresh(owner).deletions.addAll(uids);
    }

    /** The watch showed a new object, or creating one failed. */
    public synchronized void created(Key owner) {
        Entry entry = entries.get(owner);
        if (entry != null && entry.creations > 0) {
            entry.creations--;
        }
    }

    /** The watch showed that an object goes, or deleting it failed. */
    public synchronized void deleted(Key owner, String uid) {
        Entry entry = entries.get(owner);
        if (entry != null) {
            entry.deletions.remove(uid);
        }
    }

    /** The owner is gone. */
    public synchronized void forget(Key owner) {
        entries.remove(owner);
    }

    private Entry fresh(Key owner) {
        Entry entry = entries.computeIfAbsent(owner, k -> new Entry());
        entry.since = clock.now();
        return entry;
    }
}
