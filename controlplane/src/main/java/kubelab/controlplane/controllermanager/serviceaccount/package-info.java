/**
 * What every namespace must have so that Pods can talk to the API server: the service account {@code default} and the
 * cluster's CA certificate. Upstream: {@code pkg/controller/serviceaccount} and
 * {@code pkg/controller/certificates/rootcacertpublisher}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.serviceaccount;

import org.jspecify.annotations.NullMarked;
