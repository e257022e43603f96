/**
 * Proves the course's claims on a live cluster: reads {@code docs/claims.yaml}, loads each proof by its class name and runs
 * it, and its falsifier, in namespaces of their own. Called by {@code kubelab course} and the tests. Depends on labkit only;
 * the proofs come by a class loader, so that the grader and solutions/ stay apart.
 */
@NullMarked
package kubelab.grader.claims;

import org.jspecify.annotations.NullMarked;
