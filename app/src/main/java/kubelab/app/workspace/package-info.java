/**
 * The checkout that the program runs in, and what a command can end with. All packages may use it.
 *
 * <p>Read {@code Workspace}, then {@code ExitCode} with the two failures that have one of their own, {@code WrongUse} and
 * {@code Missing}.
 */
@NullMarked
package kubelab.app.workspace;

import org.jspecify.annotations.NullMarked;
