/**
 * Rules in CEL that schemas of custom resources carry ({@code x-kubernetes-validations}). {@link
 * kubelab.controlplane.apiserver.rules.RuleTree} is a schema's rules, compiled, and holds objects against them; {@link
 * kubelab.controlplane.apiserver.rules.RuleDefinitions} says which rules a definition may have; {@code Shape} makes types and
 * values for the language from a schema.
 *
 * <p>Called by customresources, and only for schemas with rules: {@code cel} is loaded with the first of them. Upstream:
 * k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel.
 */
@NullMarked
package kubelab.controlplane.apiserver.rules;

import org.jspecify.annotations.NullMarked;
