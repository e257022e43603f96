/**
 * What a CustomResourceDefinition says about objects, as pure functions over JSON trees: {@link
 * kubelab.controlplane.apiserver.structural.Structural} is a schema, and a class each prunes, fills in, and checks what is
 * held against it. {@link kubelab.controlplane.apiserver.structural.CustomDefinition} is a whole definition, compiled once.
 *
 * <p>Called by the registry (reading from the store) and by customresources (writing). Depends on JSON trees only. Upstream:
 * k8s.io/apiextensions-apiserver/pkg/apiserver/schema and k8s.io/kube-openapi/pkg/validation/validate.
 */
@NullMarked
package kubelab.controlplane.apiserver.structural;

import org.jspecify.annotations.NullMarked;
