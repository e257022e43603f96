/**
 * The throwaway cluster: one interface ({@link kubelab.cluster.Cluster}) and three providers ({@code embedded},
 * {@code k3s}, {@code existing}). Every notebook, lab, check and command gets its cluster from
 * {@link kubelab.cluster.Clusters}. Depends on labkit, controlplane (for {@code embedded}) and Testcontainers (for
 * {@code k3s}); knows nothing of exercises.
 */
@NullMarked
package kubelab.cluster;

import org.jspecify.annotations.NullMarked;
