/**
 * What is served, and where it is kept: one {@link kubelab.controlplane.apiserver.registry.Resource} row a resource, the
 * {@link kubelab.controlplane.apiserver.registry.ResourceRegistry} of all rows, and the {@link
 * kubelab.controlplane.apiserver.registry.ObjectStore} that turns JSON trees into the store's bytes. Depends on request,
 * strategy and the store. Upstream: k8s.io/apiserver/pkg/registry/generic and pkg/storage.
 */
@NullMarked
package kubelab.controlplane.apiserver.registry;

import org.jspecify.annotations.NullMarked;
