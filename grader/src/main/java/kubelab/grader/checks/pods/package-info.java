/** Checks of the exercises of the chapter on Pods, one class an exercise. */
@NullMarked
package kubelab.grader.checks.pods;

import org.jspecify.annotations.NullMarked;
