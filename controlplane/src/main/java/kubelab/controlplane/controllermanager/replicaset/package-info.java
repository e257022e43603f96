/**
 * The ReplicaSet controller: keeps as many Pods as the spec says. Start reading at
 * {@link kubelab.controlplane.controllermanager.replicaset.ReplicaSetReconciler}; which Pods go first when there are too
 * many is in {@link kubelab.controlplane.controllermanager.replicaset.DeletionOrder}. Started by the controller manager;
 * knows no other controller. Upstream: {@code pkg/controller/replicaset}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.replicaset;

import org.jspecify.annotations.NullMarked;
