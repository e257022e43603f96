/**
 * One kubelet a node: registers the node, keeps its lease, and brings each Pod bound to it to life and to its end. One
 * state machine a Pod ({@link kubelab.controlplane.kubelet.PodWorker}), driven by the API object, the ends of
 * containers, probes and the clock. Called by the assembly of a cluster; the API server's streaming subresources reach
 * containers through {@link kubelab.controlplane.kubelet.Kubelet}. Depends on a KubernetesClient, the container
 * runtime, the network and the clock. Upstream: k8s.io/kubernetes/pkg/kubelet.
 */
@NullMarked
package kubelab.controlplane.kubelet;

import org.jspecify.annotations.NullMarked;
