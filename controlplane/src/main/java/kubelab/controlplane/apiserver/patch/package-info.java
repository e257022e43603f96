/**
 * The three kinds of patch that are differences: JSON patch, merge patch, strategic merge patch. A tree and a patch in, a
 * tree out; {@link kubelab.controlplane.apiserver.patch.Patches} is where to begin. Server-side apply is in apply. Upstream:
 * k8s.io/apimachinery/pkg/util/strategicpatch, k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
 */
@NullMarked
package kubelab.controlplane.apiserver.patch;

import org.jspecify.annotations.NullMarked;
