/**
 * The ends of the request chain: bodies in, objects, lists, tables and watch events out. {@link
 * kubelab.controlplane.apiserver.encoding.Encoding} negotiates; a {@link kubelab.controlplane.apiserver.encoding.Codec} is a
 * format besides JSON (YAML, protobuf), a {@link kubelab.controlplane.apiserver.encoding.TableConverter} makes what kubectl
 * get prints. Called by the verbs. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters and negotiation.
 */
@NullMarked
package kubelab.controlplane.apiserver.encoding;

import org.jspecify.annotations.NullMarked;
