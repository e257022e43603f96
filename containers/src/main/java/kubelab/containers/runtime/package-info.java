/**
 * Simulated containers: the container runtime of a node. An image is a small Java program registered under a name; a
 * shell over an in-memory file system runs what labs put into {@code command}. Called by kubelet only, through
 * {@link kubelab.containers.runtime.ContainerRuntime}. May depend on network and clock. No host process is started
 * and no host file is touched. Upstream: containerd and runc behind the CRI.
 */
@NullMarked
package kubelab.containers.runtime;

import org.jspecify.annotations.NullMarked;
