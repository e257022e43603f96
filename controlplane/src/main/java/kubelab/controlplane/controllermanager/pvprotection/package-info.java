/**
 * The PV protection controller: a volume that was deleted stays, Terminating, as long as it is bound to a claim. Admission has
 * given each volume the finalizer that does this; here it is taken away. Upstream: {@code
 * pkg/controller/volume/pvprotection}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.pvprotection;

import org.jspecify.annotations.NullMarked;
