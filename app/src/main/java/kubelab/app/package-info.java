/**
 * The {@code kubelab} program; {@link kubelab.app.Main} is where it begins. Clusters come from {@code kubelab.cluster},
 * grading from {@code kubelab.grader}, generated files from {@code kubelab.publisher}. No module depends on this one.
 *
 * <p>Its packages, each of which knows only those below it: {@link kubelab.app.command} has a class a command;
 * {@link kubelab.app.course} and {@link kubelab.app.jupyter} run chapters; {@link kubelab.app.notebook} runs a notebook
 * headless; {@link kubelab.app.lab} is the {@code Lab} that a notebook holds; {@link kubelab.app.answers} knows a learner's
 * answers; {@link kubelab.app.daemon} lets the background cluster's process grade; {@link kubelab.app.workspace} is the
 * checkout; {@link kubelab.app.console} is the terminal. {@link kubelab.app.bench} and {@link kubelab.app.soak} measure.
 */
@NullMarked
package kubelab.app;

import org.jspecify.annotations.NullMarked;
