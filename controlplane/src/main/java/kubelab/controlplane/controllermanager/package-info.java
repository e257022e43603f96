/**
 * The controller manager: one process for all the control loops, one watched cache a kind, and for each controller an
 * account of its own. {@link kubelab.controlplane.controllermanager.ControllerManager} is the list of them; each lives
 * in a package of its own and knows no other: they work together only through the objects that they read and write.
 * Upstream: {@code cmd/kube-controller-manager}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager;

import org.jspecify.annotations.NullMarked;
