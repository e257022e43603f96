/**
 * The terminal in which a command runs. It knows no other package of the program.
 *
 * <p>Read {@code Console} (messages, progress, colours), {@code TerminalText} (width and encoding), {@code Terminal} (the
 * console of this process).
 */
@NullMarked
package kubelab.app.console;

import org.jspecify.annotations.NullMarked;
