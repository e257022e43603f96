/**
 * The Deployment controller: moves from one revision of a Pod template to the next, one ReplicaSet a revision. Reading
 * order: {@link kubelab.controlplane.controllermanager.deployment.DeploymentReconciler} (what happens when),
 * {@link kubelab.controlplane.controllermanager.deployment.RollingUpdate} (the arithmetic of surge and unavailability),
 * {@link kubelab.controlplane.controllermanager.deployment.Revisions} (finding and making the ReplicaSet of a
 * template), {@link kubelab.controlplane.controllermanager.deployment.RolloutStatus} (conditions). It never touches a
 * Pod: scaling ReplicaSets is all it does. Upstream: {@code pkg/controller/deployment}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.deployment;

import org.jspecify.annotations.NullMarked;
