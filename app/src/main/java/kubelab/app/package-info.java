/**
 * The {@code kubelab} program: one class a command, all of them thin. Clusters come from {@code kubelab.cluster}, grading
 * from {@code kubelab.grader}, generated files from {@code kubelab.publisher}. Its own are the notebook runner
 * ({@link kubelab.app.notebook}) and the {@code Lab} that notebooks hold ({@link kubelab.app.lab}). Nobody depends on
 * this module.
 */
@NullMarked
package kubelab.app;

import org.jspecify.annotations.NullMarked;
