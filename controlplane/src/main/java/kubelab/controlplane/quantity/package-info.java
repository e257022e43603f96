/**
 * Amounts of resources as texts and as numbers: the one place that calculates with {@code 500m}, {@code 10Mi} and
 * {@code 1e3}. Called by whatever compares, adds or divides them: admission, validation, scheduler and kubelet, the
 * quota controller and the metrics server. Depends on nothing but the type Quantity. What a client may write, and in
 * which form it is stored, is {@code apiserver.validation.Quantity}'s. Upstream: k8s.io/apimachinery/pkg/api/resource.
 */
@NullMarked
package kubelab.controlplane.quantity;

import org.jspecify.annotations.NullMarked;
