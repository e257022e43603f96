/** Checks of the exercises of the chapter on Services, one class an exercise, and what they share: backends and a client. */
@NullMarked
package kubelab.grader.checks.services;

import org.jspecify.annotations.NullMarked;
