/**
 * Checks of the chapter on the scheduler. They look at which node a Pod got, and change what a decision depends on: other
 * Pods, never a node that somebody else could be using.
 */
@NullMarked
package kubelab.grader.checks.scheduler;

import org.jspecify.annotations.NullMarked;
