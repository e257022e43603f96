/**
 * What a check is made of. A {@link kubelab.grader.check.Check} lists criteria; a criterion acts on the cluster as a
 * user would and looks at what comes of it; the {@link kubelab.grader.check.CriteriaRunner} polls until it holds and goes on
 * holding, or until nothing will change any more. Checks look at behaviour, never at an answer's text.
 */
@NullMarked
package kubelab.grader.check;

import org.jspecify.annotations.NullMarked;
