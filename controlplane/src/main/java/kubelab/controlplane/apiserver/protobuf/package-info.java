/**
 * Protobuf bodies: what kubectl create, autoscale and drain send, and what Go clients ask for.
 *
 * <p>{@link kubelab.controlplane.apiserver.protobuf.ProtobufCodec} turns a body into the JSON tree that the rest of the
 * API server works on, and back. Called by the decoding and encoding ends of the request chain; depends on nothing but
 * the generated message classes.
 *
 * <p>Upstream: {@code k8s.io/apimachinery/pkg/runtime/serializer/protobuf} and the {@code generated.proto} of each group.
 */
@NullMarked
package kubelab.controlplane.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
