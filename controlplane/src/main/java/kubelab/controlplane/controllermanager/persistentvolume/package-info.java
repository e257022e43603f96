/**
 * The controller that binds claims and volumes to each other. {@link
 * kubelab.controlplane.controllermanager.persistentvolume.ClaimSync} looks for a claim's volume,
 * {@link kubelab.controlplane.controllermanager.persistentvolume.VolumeSync} for a volume's claim, and says what becomes of a
 * volume whose claim is gone; {@link kubelab.controlplane.controllermanager.persistentvolume.Binder} writes both sides, the
 * volume first. One worker looks at claims and volumes in turn. It remembers its own writes until
 * its cache shows them; a write that names an old version all the same is refused, and the object is looked at again: so two
 * claims never get one volume. Volumes are made and removed by
 * provisioners, which are controllers of their own. Upstream: {@code pkg/controller/volume/persistentvolume}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.persistentvolume;

import org.jspecify.annotations.NullMarked;
