/**
 * The expand controller: says at a claim that asks for more than it has which component must make its volume larger. Volumes of
 * nodes' own paths cannot grow, so here it is never this one. Upstream: {@code pkg/controller/volume/expand}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.expand;

import org.jspecify.annotations.NullMarked;
