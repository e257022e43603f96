/**
 * A POSIX shell after busybox's ash: lexer and parser make a tree of a script, the interpreter walks it with a class for
 * each kind of command. Called as the program {@code sh}; depends on kernel and, for what is built into ash, on commands.
 */
@NullMarked
package kubelab.containers.runtime.shell;

import org.jspecify.annotations.NullMarked;
