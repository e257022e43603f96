/**
 * The control loop and what every controller shares: a {@link kubelab.controlplane.controllermanager.loop.WorkQueue} of
 * names that may need work, a {@link kubelab.controlplane.controllermanager.loop.Reconciler} that brings one of them
 * closer to what its spec asks for, and the {@link kubelab.controlplane.controllermanager.loop.ControlLoop} that runs
 * one over the other. Around it: watched caches
 * ({@link kubelab.controlplane.controllermanager.loop.Informers}), the bookkeeping that keeps a controller from acting
 * twice on a stale cache ({@link kubelab.controlplane.controllermanager.loop.Expectations}), and ownership.
 *
 * <p>Called by the controllers; depends on a Kubernetes client, events and the clock. Upstream:
 * {@code k8s.io/client-go/util/workqueue} and {@code k8s.io/kubernetes/pkg/controller}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.loop;

import org.jspecify.annotations.NullMarked;
