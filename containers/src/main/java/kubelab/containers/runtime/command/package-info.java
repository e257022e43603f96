/**
 * The busybox commands ("applets"), one family a file. Each is a function from a task to an exit code. Called by the
 * shell and the images through {@link kubelab.containers.runtime.command.Applets}; depends on kernel only. Upstream:
 * busybox 1.36.
 */
@NullMarked
package kubelab.containers.runtime.command;

import org.jspecify.annotations.NullMarked;
