/**
 * One class a verb. Read {@link kubelab.controlplane.apiserver.verb.ReadVerbs} (get, list), then {@link
 * kubelab.controlplane.apiserver.verb.WriteChain}, which all writes pass, then create, update and delete, then {@link
 * kubelab.controlplane.apiserver.verb.WatchVerb}. What is special about a kind is not here but in strategy. Called by the
 * API server; streaming and metrics implement a {@link kubelab.controlplane.apiserver.verb.ResourceHandler}. Upstream:
 * k8s.io/apiserver/pkg/endpoints/handlers.
 */
@NullMarked
package kubelab.controlplane.apiserver.verb;

import org.jspecify.annotations.NullMarked;
