/**
 * The taint-eviction controller: deletes Pods that do not tolerate a NoExecute taint of their node, at once or when the
 * time they tolerate it for is over. Upstream: {@code pkg/controller/tainteviction}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.tainteviction;

import org.jspecify.annotations.NullMarked;
