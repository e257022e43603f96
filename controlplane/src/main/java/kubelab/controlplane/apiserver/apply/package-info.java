/**
 * Who owns which field: {@code metadata.managedFields} and server-side apply.
 *
 * <p>{@link kubelab.controlplane.apiserver.apply.FieldSet} is a set of paths, {@link
 * kubelab.controlplane.apiserver.apply.Comparison} finds the paths in which two objects differ, {@link
 * kubelab.controlplane.apiserver.apply.Merge} lays one over the other, {@link
 * kubelab.controlplane.apiserver.apply.ManagedFields} is the protocol made of them. Pure functions over JSON trees and the
 * types of the API document; called by the API server's create, update and patch verbs.
 *
 * <p>Upstream: {@code sigs.k8s.io/structured-merge-diff/v6} and {@code k8s.io/apimachinery/pkg/util/managedfields}.
 */
@NullMarked
package kubelab.controlplane.apiserver.apply;

import org.jspecify.annotations.NullMarked;
