/**
 * The agent that enforces NetworkPolicies: it watches policies, Pods and namespaces, and tells the network which connections
 * pass. {@link kubelab.controlplane.networkpolicy.PolicyFilter} decides, {@link kubelab.controlplane.networkpolicy.PolicyAgent}
 * is the component. Depends on network and a Kubernetes client. Upstream: no part of Kubernetes; a network plugin's agent,
 * in k3s kube-router.
 */
@NullMarked
package kubelab.controlplane.networkpolicy;

import org.jspecify.annotations.NullMarked;
