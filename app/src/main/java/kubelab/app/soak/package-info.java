/**
 * A cluster under load for as long as one likes: whether it still hears and acts, whether a thread hangs, whether memory
 * grows. Called by {@code kubelab soak}; depends on the embedded cluster, and runs gradings and notebooks as processes.
 */
@NullMarked
package kubelab.app.soak;

import org.jspecify.annotations.NullMarked;
