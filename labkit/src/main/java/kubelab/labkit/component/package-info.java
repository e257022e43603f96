/**
 * What surrounds a learner's component: one {@link kubelab.labkit.component.Harness} for each kind of
 * {@link kubelab.labkit.Component}. It watches, asks the
 * component, and does with its own client what the component decided. The component may be the object itself (in a
 * notebook, through {@code lab.run(…)}) or a proxy for one in another process (in the grader).
 */
@NullMarked
package kubelab.labkit.component;

import org.jspecify.annotations.NullMarked;
