/**
 * The disruption controller: works out how many Pods of a PodDisruptionBudget may be evicted right now. It only counts;
 * the eviction subresource of the API server is where the count is spent. Upstream: {@code pkg/controller/disruption},
 * 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.disruption;

import org.jspecify.annotations.NullMarked;
