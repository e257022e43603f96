/**
 * Expressions in CEL, the language of rules: {@link kubelab.controlplane.cel.Language} compiles them with the functions that
 * Kubernetes adds ({@code cel.library}), {@link kubelab.controlplane.cel.Expression} evaluates one within a {@link
 * kubelab.controlplane.cel.Budget}, and {@link kubelab.controlplane.cel.Values} makes its values from JSON.
 *
 * <p>Called by apiserver.rules and admission.policy, and only when there is a rule: until then no class of this package, and
 * none of the library below it, is loaded. Depends on JSON trees and dev.cel. Upstream: k8s.io/apiserver/pkg/cel.
 */
@NullMarked
package kubelab.controlplane.cel;

import org.jspecify.annotations.NullMarked;
