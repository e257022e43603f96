/**
 * What a client may leave out and the API server fills in, one class a family of kinds. Called by the API server's chain
 * before admission and again after it; must be stable under round trips. Depends on apiserver's tree helpers. Upstream:
 * the defaults.go files under pkg/apis, release 1.34.
 */
@NullMarked
package kubelab.controlplane.defaulting;

import org.jspecify.annotations.NullMarked;
