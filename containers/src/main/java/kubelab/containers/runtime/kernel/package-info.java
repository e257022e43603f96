/**
 * What programs in containers run on: tasks (processes) with pids, signals, exit codes and open files, and the
 * accounting of processor time and memory. Called by the runtime, the shell, commands and images; depends on filesystem,
 * network and clock. Upstream: the Linux kernel, cut down to what a container's program notices of it.
 */
@NullMarked
package kubelab.containers.runtime.kernel;

import org.jspecify.annotations.NullMarked;
