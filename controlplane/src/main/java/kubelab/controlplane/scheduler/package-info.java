/**
 * The scheduler: finds a node for every Pod that has none, and writes that down as a binding. Reading order:
 * {@link kubelab.controlplane.scheduler.Scheduler} (one Pod from queue to binding),
 * {@link kubelab.controlplane.scheduler.SchedulingQueue} (who is next, and who waits for what),
 * {@link kubelab.controlplane.scheduler.Filter} and {@link kubelab.controlplane.scheduler.Score} with one class a rule.
 * {@link kubelab.controlplane.scheduler.VolumeBinder} is what a Pod with claims waits for before it is bound.
 * It decides from requests, never from usage, and knows nodes and Pods only as its own cache shows them.
 * Depends on a Kubernetes client, events and the clock. Upstream: {@code pkg/scheduler}, 1.34.
 */
@NullMarked
package kubelab.controlplane.scheduler;

import org.jspecify.annotations.NullMarked;
