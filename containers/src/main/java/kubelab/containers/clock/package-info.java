/**
 * Cluster time: {@link kubelab.containers.clock.Clock} is what every component waits with,
 * {@link kubelab.containers.clock.ClusterClock} the one of a running cluster. Called by every component; depends on
 * nothing. Certificates and tokens stay on wall time.
 */
@NullMarked
package kubelab.containers.clock;

import org.jspecify.annotations.NullMarked;
