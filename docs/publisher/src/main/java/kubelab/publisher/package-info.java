@NullMarked
package kubelab.publisher;

import org.jspecify.annotations.NullMarked;
