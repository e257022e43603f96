/**
 * What the API server accepts: decoding as a kind's type, strict field checks, and validation with upstream's messages.
 *
 * <p>Three steps, each a pure function over JSON trees, called in this order by the verbs of the API server:
 *
 * <ol>
 *   <li>{@link kubelab.controlplane.apiserver.validation.StrictJson} parses and notices duplicate fields;
 *   <li>{@link kubelab.controlplane.apiserver.validation.TypedDecoder} gives the tree the shape that upstream's Go types
 *       would give it, and notices unknown fields and wrong types (400 BadRequest);
 *   <li>{@link kubelab.controlplane.apiserver.validation.ObjectRules} checks values (422 Invalid, with a cause a field).
 * </ol>
 *
 * <p>Upstream: {@code sigs.k8s.io/json}, {@code k8s.io/kubernetes/pkg/apis/core/validation} and its kin.
 */
@NullMarked
package kubelab.controlplane.apiserver.validation;

import org.jspecify.annotations.NullMarked;
