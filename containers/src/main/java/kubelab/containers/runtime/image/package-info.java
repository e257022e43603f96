/**
 * The images containers can be made of, and the servers in them: each a small Java program with the endpoints, log lines
 * and exit codes of the one it stands for. Called by the runtime through {@link
 * kubelab.containers.runtime.image.ImageRegistry}; depends on kernel, shell and commands.
 */
@NullMarked
package kubelab.containers.runtime.image;

import org.jspecify.annotations.NullMarked;
