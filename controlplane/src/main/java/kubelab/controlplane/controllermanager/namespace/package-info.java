/**
 * The namespace controller: empties a namespace that is being deleted, then lets it go. Upstream:
 * {@code pkg/controller/namespace}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.namespace;

import org.jspecify.annotations.NullMarked;
