/**
 * The cluster's name server: answers from what it sees of Services and EndpointSlices. Built by the assembly at the
 * address of the kube-dns Service; asked by containers through the network. Depends on network and on kubeproxy's shared
 * view of Services. Upstream: CoreDNS with its kubernetes plug-in, and the DNS-based service discovery specification.
 */
@NullMarked
package kubelab.controlplane.dns;

import org.jspecify.annotations.NullMarked;
