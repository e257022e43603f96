/**
 * Runs notebooks headless in pure Java: {@link kubelab.app.notebook.NotebookRunner} starts a child process (a cell may
 * call {@code System.exit}), in which {@link kubelab.app.notebook.NotebookProcess} feeds the cells to JShell. Called by
 * {@code kubelab course}.
 */
@NullMarked
package kubelab.app.notebook;

import org.jspecify.annotations.NullMarked;
