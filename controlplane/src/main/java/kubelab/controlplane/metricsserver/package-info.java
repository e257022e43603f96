/**
 * The metrics server: answers metrics.k8s.io from what the kubelets say their containers use at present. It remembers
 * nothing. Called by the API server's chain as a resource handler; asks kubelets, and the API server for labels. Upstream:
 * {@code kubernetes-sigs/metrics-server}, an aggregated API server of its own.
 */
@NullMarked
package kubelab.controlplane.metricsserver;

import org.jspecify.annotations.NullMarked;
