/** The ways out: a {@link kubelab.grader.Report} for the terminal, as JSON, as JUnit XML, and as a page. */
@NullMarked
package kubelab.grader.report;

import org.jspecify.annotations.NullMarked;
