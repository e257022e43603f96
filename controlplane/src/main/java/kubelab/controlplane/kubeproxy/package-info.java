/**
 * kube-proxy: turns Services and their EndpointSlices into rules that say where a connection to a virtual address goes.
 * One {@link kubelab.controlplane.kubeproxy.KubeProxy} a node; the watches are shared. Depends on network, a Kubernetes
 * client and the clock. Upstream: cmd/kube-proxy, pkg/proxy/iptables.
 */
@NullMarked
package kubelab.controlplane.kubeproxy;

import org.jspecify.annotations.NullMarked;
