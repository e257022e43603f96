/**
 * The cluster's network, in memory: namespaces with addresses, connections between them, Service addresses and names.
 * Built by the runtime; called by kubelet (Pod sandboxes, probes), kube-proxy (rules), DNS, and the
 * API server's proxy and port-forward. Depends on the clock only. Upstream: a CNI plugin and the Linux kernel.
 */
@NullMarked
package kubelab.containers.network;

import org.jspecify.annotations.NullMarked;
