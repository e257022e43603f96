/**
 * Events: how a component says what it did to an object, so that {@code kubectl describe} can show it.
 *
 * <p>One {@link kubelab.controlplane.events.EventBroadcaster} a process part (controller manager, scheduler, all
 * kubelets) hands out one {@link kubelab.controlplane.events.EventRecorder} a component. Recording never blocks and never
 * fails: a writer thread folds repetitions together ({@link kubelab.controlplane.events.EventCorrelator}) and writes to
 * the API server under the component's own user. Depends on a Kubernetes client and the clock only.
 *
 * <p>Upstream: {@code k8s.io/client-go/tools/record} and {@code tools/events}, 1.34.
 */
@NullMarked
package kubelab.controlplane.events;

import org.jspecify.annotations.NullMarked;
