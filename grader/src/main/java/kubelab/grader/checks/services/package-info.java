/** Checks of the exercises of the chapter on Services, one class an exercise. */
@NullMarked
package kubelab.grader.checks.services;

import org.jspecify.annotations.NullMarked;
