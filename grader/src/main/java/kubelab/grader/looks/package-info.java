/**
 * What checks look at and what they do to the cluster, in one place: a check is a list of these, bound to the criteria of
 * its exercise. A look returns an {@link kubelab.grader.check.Observation} or a fact; an act ends with
 * {@link kubelab.grader.check.CheckContext#touched}. Containers are in {@link kubelab.grader.looks.Pods}, requests in
 * {@link kubelab.grader.looks.Http}, nodes in {@link kubelab.grader.looks.Placement}.
 */
@NullMarked
package kubelab.grader.looks;

import org.jspecify.annotations.NullMarked;
