/**
 * What claims and volumes are to each other, for all that deal with them: the controller that binds them, the scheduler,
 * the provisioner and the kubelet. {@link kubelab.controlplane.volumes.Claims} reads a claim,
 * {@link kubelab.controlplane.volumes.Bindings} says whether a volume is a claim's, and
 * {@link kubelab.controlplane.volumes.VolumeMatch} finds the volume that a claim gets. Functions of objects only: nothing here
 * asks the API server. Upstream: {@code k8s.io/component-helpers/storage/volume}, 1.34.
 */
@NullMarked
package kubelab.controlplane.volumes;

import org.jspecify.annotations.NullMarked;
