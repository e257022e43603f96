/**
 * What is special about single kinds: one small class for each kind that differs. Read {@link
 * kubelab.controlplane.apiserver.strategy.Strategy} for what can differ at all, {@link
 * kubelab.controlplane.apiserver.strategy.Strategies} for who differs, then {@link
 * kubelab.controlplane.apiserver.strategy.PodStrategy} or {@link
 * kubelab.controlplane.apiserver.strategy.ServiceStrategy}. A strategy is found by group, version and kind through the
 * registry's row. Called by the verbs and by what the store keeps to select by. Upstream: pkg/registry.
 */
@NullMarked
package kubelab.controlplane.apiserver.strategy;

import org.jspecify.annotations.NullMarked;
