/**
 * Valid objects, made faulty by a seeded mutator, and what a real API server (1.34.4) said of each: recorded once, played
 * against ours. {@link kubelab.controlplane.mutation.MutationTest} is where to start.
 */
@NullMarked
package kubelab.controlplane.mutation;

import org.jspecify.annotations.NullMarked;
