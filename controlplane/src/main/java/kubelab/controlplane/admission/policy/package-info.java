/**
 * ValidatingAdmissionPolicies: rules in CEL that a cluster's users write about any request that changes something. {@link
 * kubelab.controlplane.admission.policy.ValidatingPolicies} is the plug-in; {@code PolicyMatch} says which requests a policy and
 * a binding are about, {@code PolicyParams} finds the objects that a binding hands to its policy, and {@code CompiledPolicy}
 * evaluates.
 *
 * <p>Without a policy nothing but the plug-in is loaded. Upstream: k8s.io/apiserver/pkg/admission/plugin/policy.
 */
@NullMarked
package kubelab.controlplane.admission.policy;

import org.jspecify.annotations.NullMarked;
