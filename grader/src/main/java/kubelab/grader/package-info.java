@NullMarked
package kubelab.grader;

import org.jspecify.annotations.NullMarked;
