@NullMarked
package kubelab.app;

import org.jspecify.annotations.NullMarked;
