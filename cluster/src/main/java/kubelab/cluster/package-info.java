@NullMarked
package kubelab.cluster;

import org.jspecify.annotations.NullMarked;
