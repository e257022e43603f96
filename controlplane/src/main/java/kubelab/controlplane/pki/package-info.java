/**
 * Keys, certificates, signed tokens and the kubeconfig, on wall time and with what the JDK has. Called by EmbeddedCluster,
 * listener and authentication; depends on nothing. Upstream: kubeadm's certs phase, k3s' certificate handling and
 * pkg/serviceaccount.
 */
@NullMarked
package kubelab.controlplane.pki;

import org.jspecify.annotations.NullMarked;
