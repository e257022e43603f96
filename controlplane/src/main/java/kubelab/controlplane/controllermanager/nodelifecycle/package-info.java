/**
 * The node lifecycle controller: notices that a node's kubelet has gone silent, and turns what a node's conditions say into
 * taints. Upstream: {@code pkg/controller/nodelifecycle}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.nodelifecycle;

import org.jspecify.annotations.NullMarked;
