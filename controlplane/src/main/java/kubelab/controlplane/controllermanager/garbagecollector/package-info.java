/**
 * The garbage collector: what was made for an owner goes with its owner. Background: dependents are deleted after the
 * owner. Foreground: the owner waits for them. Orphan: they stay and forget their owner. Start at
 * {@link kubelab.controlplane.controllermanager.garbagecollector.GarbageCollector}. Upstream:
 * {@code pkg/controller/garbagecollector}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.garbagecollector;

import org.jspecify.annotations.NullMarked;
