/**
 * The command line: one class a command, all of them thin. Only {@code Main} calls this package, and it may know all others.
 *
 * <p>Read {@link kubelab.app.command.Kubelab} first: it lists the commands, and turns what goes wrong into one message and an
 * exit code. Then {@code CheckCommand}, {@code CourseCommand} and {@code UpCommand} with {@code ClusterOptions}; the others
 * are like them.
 */
@NullMarked
package kubelab.app.command;

import org.jspecify.annotations.NullMarked;
