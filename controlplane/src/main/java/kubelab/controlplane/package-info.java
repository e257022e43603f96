/**
 * The embedded Kubernetes: {@link kubelab.controlplane.EmbeddedCluster} puts the components together and is the only
 * class that knows them all. Called by whoever wants a cluster; each component is a package of its own.
 */
@NullMarked
package kubelab.controlplane;

import org.jspecify.annotations.NullMarked;
