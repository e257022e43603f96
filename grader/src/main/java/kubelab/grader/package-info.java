/**
 * The grader: one engine, one result model, several callers and reports. {@link kubelab.grader.Grader} is the entry point: it takes
 * answers ({@link kubelab.grader.Answers}) and a cluster, and gives a {@link kubelab.grader.Report}.
 *
 * <p>An answer is compiled by itself ({@code answer}), runs in a process of its own ({@code worker}) with an account of
 * its own in a namespace of its own, and is judged by what then happens there ({@code check}, {@code checks}). Called by
 * the program's commands, by the notebooks' {@code check(…)}, and by JUnit.
 */
@NullMarked
package kubelab.grader;

import org.jspecify.annotations.NullMarked;
