/**
 * Cluster time: {@link kubelab.controlplane.clock.Clock} is what every component waits with,
 * {@link kubelab.controlplane.clock.ClusterClock} the one of a running cluster. Called by every component; depends on
 * nothing. Certificates and tokens stay on wall time.
 */
@NullMarked
package kubelab.controlplane.clock;

import org.jspecify.annotations.NullMarked;
