/**
 * What labs are written against: one small interface for each kind of exercise, the {@code Lab} facade of notebooks,
 * {@code Dialer} and {@code Clock}. Used by solutions/, labs/, the notebooks, the cluster providers and the grader.
 * Depends on the Kubernetes client only.
 */
@NullMarked
package kubelab.labkit;

import org.jspecify.annotations.NullMarked;
