/**
 * Objects as JSON trees: reading, writing and comparing them. Called by the API server, for which every object is such a
 * tree, and by components that read what others wrote. Depends on Jackson only.
 */
@NullMarked
package kubelab.controlplane.json;

import org.jspecify.annotations.NullMarked;
