/**
 * The PVC protection controller: a claim that was deleted stays, Terminating, as long as a Pod on a node uses it. Admission has
 * given each claim the finalizer that does this; here it is taken away. Upstream: {@code
 * pkg/controller/volume/pvcprotection}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.pvcprotection;

import org.jspecify.annotations.NullMarked;
