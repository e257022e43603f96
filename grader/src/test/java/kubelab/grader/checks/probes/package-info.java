/** Checks of exercises that exist only to test the forms of exercises. */
@NullMarked
package kubelab.grader.checks.probes;

import org.jspecify.annotations.NullMarked;
