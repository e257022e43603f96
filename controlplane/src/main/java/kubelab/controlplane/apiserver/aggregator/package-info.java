/**
 * The aggregation layer: an APIService with a Service names a group and version that another server serves. Requests to
 * it are authenticated and authorized here, and then passed on, with the user's name in headers.
 *
 * <p>Read in this order: {@link kubelab.controlplane.apiserver.aggregator.Aggregator} (which APIServices there are, and
 * what a change of one brings about); {@code ServiceResolver} (where a Service's server is); {@code ProxyHandler} and
 * {@code Backend} (the request that is passed on); {@code Availability} (the condition Available); {@code
 * RemoteDiscovery} (what the other server says that it serves).
 *
 * <p>Called by the API server's chain and by discovery; depends on registry and request. It reaches servers by a {@link
 * kubelab.controlplane.apiserver.aggregator.Dialer} that it is given. Upstream: {@code k8s.io/kube-aggregator}.
 */
@NullMarked
package kubelab.controlplane.apiserver.aggregator;

import org.jspecify.annotations.NullMarked;
