/**
 * The StatefulSet controller: Pods with names, an order and claims of their own. Start at
 * {@link kubelab.controlplane.controllermanager.statefulset.StatefulSetReconciler}; what makes a Pod the one with that
 * number is in {@link kubelab.controlplane.controllermanager.statefulset.Identity}. Upstream:
 * {@code pkg/controller/statefulset}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.statefulset;

import org.jspecify.annotations.NullMarked;
