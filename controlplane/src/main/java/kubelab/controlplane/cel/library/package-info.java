/**
 * The functions that Kubernetes adds to CEL, one class for each of its libraries. {@link
 * kubelab.controlplane.cel.library.Functions} is how they are declared; a function gets its arguments as CEL has them and
 * refuses with an {@link java.lang.IllegalArgumentException} in upstream's words.
 *
 * <p>Upstream: k8s.io/apiserver/pkg/cel/library.
 */
@NullMarked
package kubelab.controlplane.cel.library;

import org.jspecify.annotations.NullMarked;
