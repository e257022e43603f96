/**
 * The horizontal pod autoscaler: every 15 seconds it asks how much the Pods of a target use, and writes the target's scale
 * subresource when the target should have more or fewer of them. Wired by the controller manager with the first
 * HorizontalPodAutoscaler of a cluster.
 *
 * <p>Reading order: {@code AutoscalerReconciler} (one look), {@code ReplicaCalculator} (the formula), {@code Limits} with
 * {@code Recommendations} and {@code ScaleEvents} (what keeps it from jumping). Figures come through the API: metrics.k8s.io,
 * custom.metrics.k8s.io and external.metrics.k8s.io. Upstream: {@code pkg/controller/podautoscaler}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.podautoscaler;

import org.jspecify.annotations.NullMarked;
