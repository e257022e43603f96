/** Checks of the exercises of the chapter Introduction, one class an exercise. */
@NullMarked
package kubelab.grader.checks.introduction;

import org.jspecify.annotations.NullMarked;
