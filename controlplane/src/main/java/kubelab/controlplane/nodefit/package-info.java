/**
 * What a Pod needs of a node: requests, selectors and affinity, tolerations, ports of the host. Called by the scheduler,
 * by the kubelet, which looks again at what it is given, and by the DaemonSet controller. Depends on nothing of ours.
 * Upstream: k8s.io/component-helpers (resource, scheduling/corev1).
 */
@NullMarked
package kubelab.controlplane.nodefit;

import org.jspecify.annotations.NullMarked;
