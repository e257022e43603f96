/**
 * Discovery: how a client finds out what there is. {@link kubelab.controlplane.apiserver.discovery.Discovery} answers
 * {@code /api} and {@code /apis} in the old form (a request a group version) and in the aggregated one (all at once),
 * from the rows of the API server's registry.
 *
 * <p>Upstream: {@code k8s.io/apiserver/pkg/endpoints/discovery}.
 */
@NullMarked
package kubelab.controlplane.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
