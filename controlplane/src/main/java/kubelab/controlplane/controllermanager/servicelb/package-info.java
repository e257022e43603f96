/**
 * The balancer behind Services of type LoadBalancer, as k3s brings one: it needs no machine outside, the nodes
 * themselves answer at the Service's port. It only writes addresses into a Service's status; that connections to them
 * arrive is kube-proxy's work. Upstream: {@code pkg/cloudprovider/servicelb.go} in k3s 1.34 (Kubernetes itself has no
 * implementation at all: without one such a Service stays pending).
 */
@NullMarked
package kubelab.controlplane.controllermanager.servicelb;

import org.jspecify.annotations.NullMarked;
