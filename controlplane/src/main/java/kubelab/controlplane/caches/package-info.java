/**
 * What components keep of the objects they watch: no more than they read. Called by the controller manager's informers,
 * the scheduler and the kubelets; depends on the Kubernetes client only. Upstream: the transform functions of
 * {@code k8s.io/client-go/tools/cache}.
 */
@NullMarked
package kubelab.controlplane.caches;

import org.jspecify.annotations.NullMarked;
