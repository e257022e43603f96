/**
 * The cluster's memory: a revisioned map from keys ({@code /registry/pods/default/web}) to bytes, with ranges,
 * compare-and-swap transactions, watch from any uncompacted revision, compaction and leases. Called by the API server
 * only. Depends on nothing. One writer orders revisions; readers work on immutable snapshots and never wait. Upstream:
 * etcd v3 (package mvcc) and, for the watch fan-out, the API server's watch cache.
 *
 * <p>Reading order: {@link kubelab.controlplane.store.Store} (what can be asked), {@link
 * kubelab.controlplane.store.Command} (what can change), {@link kubelab.controlplane.store.MemoryStore} (how), then
 * {@code KeyVersion} (a key's past) and {@code WatcherGroup} (who hears of a change).
 */
@NullMarked
package kubelab.controlplane.store;

import org.jspecify.annotations.NullMarked;
