/**
 * Services and their EndpointSlices as watched from the API server: one view that kube-proxy and the cluster's DNS share.
 * Depends on a Kubernetes client. Upstream: the informers behind pkg/proxy and behind CoreDNS' kubernetes plug-in.
 */
@NullMarked
package kubelab.controlplane.services;

import org.jspecify.annotations.NullMarked;
