/**
 * The provisioner of the class local-path, as k3s has it: for a claim of such a class whose first Pod has a node it makes a
 * directory on that node and a volume that names it, and it removes both when the volume is released and to be deleted. It is
 * no part of Kubernetes: the binder only notes at a claim whose turn it is. Upstream: rancher/local-path-provisioner 0.0.30 on
 * sig-storage-lib-external-provisioner 10.
 */
@NullMarked
package kubelab.controlplane.controllermanager.localpath;

import org.jspecify.annotations.NullMarked;
