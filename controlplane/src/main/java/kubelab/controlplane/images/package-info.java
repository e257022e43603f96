/** Pulls images from registries that run in the cluster, as a node's runtime does. */
@NullMarked
package kubelab.controlplane.images;

import org.jspecify.annotations.NullMarked;
