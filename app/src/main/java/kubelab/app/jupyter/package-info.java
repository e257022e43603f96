/**
 * JupyterLab with the course's Java kernels, in a Python environment of its own. Called by the commands {@code jupyter} and
 * {@code doctor}.
 *
 * <p>Read {@code Jupyter} (what is installed and where), {@code PythonEnvironment} (how), {@code Kernels} (what a kernel is
 * started with), {@code JupyterServer} (a running one), {@code Comparison} (the same notebook under each kernel).
 */
@NullMarked
package kubelab.app.jupyter;

import org.jspecify.annotations.NullMarked;
