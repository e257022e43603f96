/**
 * The DaemonSet controller: one Pod on every node that is meant. Start at
 * {@link kubelab.controlplane.controllermanager.daemonset.DaemonSetReconciler}. The Pods are bound by the scheduler like
 * all others; a required node affinity leaves it no choice. Upstream: {@code pkg/controller/daemon}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.daemonset;

import org.jspecify.annotations.NullMarked;
