/**
 * The API server's subresources that are conversations with a node: pods/log, exec, attach, portforward, and the
 * proxies of pods and services. {@link kubelab.controlplane.streaming.Streaming} registers them. Depends on the API
 * server's handler interfaces and on the kubelets, which know the containers. On real machines API server and kubelet
 * would talk HTTPS on port 10250; here they are one call apart. Upstream: k8s.io/kubernetes/pkg/registry/core/pod/rest,
 * pkg/kubelet/server and kubelet/pkg/cri/streaming.
 */
@NullMarked
package kubelab.controlplane.streaming;

import org.jspecify.annotations.NullMarked;
