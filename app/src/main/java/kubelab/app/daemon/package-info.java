/**
 * How a command gets its work done by the process that holds the background cluster. It knows the terminal and the checkout,
 * but no command: what runs a command line is given to it.
 *
 * <p>Read {@code DaemonRequest} (what goes over the socket), then {@code DaemonClient} (the command's side), {@code GradingDaemon} (the
 * other side) and {@code Session} (on whose behalf a command runs). {@code LabCluster} starts that process.
 */
@NullMarked
package kubelab.app.daemon;

import org.jspecify.annotations.NullMarked;
