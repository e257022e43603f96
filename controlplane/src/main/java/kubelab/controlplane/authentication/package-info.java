/**
 * Who is calling: client certificates and service account tokens. Called by listener (certificates) and by the API
 * server's chain (tokens); depends on pki and apiserver. Tokens and certificates live on wall time. Upstream:
 * k8s.io/apiserver/pkg/authentication and pkg/serviceaccount.
 */
@NullMarked
package kubelab.controlplane.authentication;

import org.jspecify.annotations.NullMarked;
