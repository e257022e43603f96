/**
 * How components watch: they keep no more of an object than they read, and never give up. Called by the controller
 * manager's informers, the scheduler, the kubelets and kube-proxy; depends on the Kubernetes client only. Upstream: the
 * reflector and the transform functions of {@code k8s.io/client-go/tools/cache}.
 */
@NullMarked
package kubelab.controlplane.caches;

import org.jspecify.annotations.NullMarked;
