package kubelab.controlplane.store;

import org.jspecify.annotations.Nullable;

/**
 * One change of one key.
 *
 * @param entry the state after the change; for a deletion the last state, with the deletion's revision
 * @param previous the state before it, null when the key is new
 */
public record StoreEvent(
        boolean deleted, Entry entry, @Nullable Entry previous) {
    public long revision() {
        return entry.modRevision();
    }
}
