/**
 * The Pod garbage collector: removes Pods whose node no longer exists; no kubelet is left to do it. Upstream:
 * {@code pkg/controller/podgc}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.podgc;

import org.jspecify.annotations.NullMarked;
