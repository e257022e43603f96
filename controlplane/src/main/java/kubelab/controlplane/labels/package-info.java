/**
 * Label selectors as components match them, against the typed models. Depends on nothing of ours. Upstream:
 * k8s.io/apimachinery/pkg/labels.
 */
@NullMarked
package kubelab.controlplane.labels;

import org.jspecify.annotations.NullMarked;
