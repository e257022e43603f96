package kubelab.controlplane.store;

import org.jspecify.annotations.Nullable;

/**
 * A key's versions, newest first. Immutable but for {@code older}, which compaction cuts. Readers follow it without
 * the store's lock.
 */
final class KeyVersion {
    final Entry entry;
    final boolean deleted;
    volatile @Nullable KeyVersion older;

    KeyVersion(Entry entry, boolean deleted, @Nullable KeyVersion older) {
        this.entry = entry;
        this.deleted = deleted;
        this.older = older;
    }

    /** The state at a revision; null when the key did not exist then. */
    @Nullable
    Entry at(long revision) {
        for (KeyVersion h = this; h != null; h = h.older) {
            if (h.entry.modRevision() <= revision) {
                return h.deleted ? null : h.entry;
            }
        }
        return null;
    }
}
