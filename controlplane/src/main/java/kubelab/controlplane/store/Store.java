package kubelab.controlplane.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A revisioned multi-version map. All that changes it is a {@link Command}: bytes and numbers, so that a command can be
 * written to a log, sent to other members and played again. Reads fix a revision and never wait for writers.
 *
 * <p>Source: etcd's API (Range, Txn, Watch, Compact), release 3.6.
 */
public interface Store {
    /** Expectation: write whatever is there. */
    long ANY = -1;

    /** Expectation: there must be no such key. */
    long ABSENT = 0;

    /** The newest revision; everything up to it is visible to readers. */
    long revision();

    /** The oldest revision that can still be read. */
    long oldestRevision();

    /** The key's newest state; null when there is no such key. */
    @Nullable
    Entry get(String key);

    /** @throws CompactedException when the revision is too old */
    @Nullable
    Entry get(String key, long atRevision);

    /**
     * Entries whose keys start with {@code prefix}, as of one revision.
     *
     * @param after only keys behind this one; null from the start
     * @param limit at most so many entries; 0 means all
     * @param atRevision 0 means the newest
     * @throws CompactedException when the revision is too old
     */
    Page range(String prefix, @Nullable String after, int limit, long atRevision);

    /**
     * Writes a key; its revision is the next one.
     *
     * @throws CompareFailedException when the key is not at the expected revision; nothing is written then
     */
    Entry put(Command.Put command) throws CompareFailedException;

    /**
     * Deletes a key.
     *
     * @return what was deleted, at the deletion's revision; null when there was nothing and nothing was expected
     * @throws CompareFailedException when the key is not at the expected revision
     */
    @Nullable
    Entry delete(Command.Delete command) throws CompareFailedException;

    /** Forgets all states that are older than the state at the command's revision. */
    void compact(Command.Compact command);

    /**
     * Calls back for every change under {@code prefix} after {@code fromRevision}: those that lie back at once and on
     * the calling thread, later ones on the writer's thread, in order and without gap. The callback must not block and
     * must not call out: it runs while the writer holds its place.
     *
     * @throws CompactedException when changes after {@code fromRevision} are no longer known
     */
    Watch watch(String prefix, long fromRevision, Consumer<StoreEvent> callback);

    /** The revision of the newest change under {@code prefix}; 0 when none is known. */
    long newestChange(String prefix);

    /** A subscription to changes. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
