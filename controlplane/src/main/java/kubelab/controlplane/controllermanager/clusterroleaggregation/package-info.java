/**
 * The aggregation controller: fills ClusterRoles that are made up of others, found by label. Upstream:
 * {@code pkg/controller/clusterroleaggregation}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.clusterroleaggregation;

import org.jspecify.annotations.NullMarked;
