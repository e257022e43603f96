/**
 * The stub that runs beside an answer in a JVM of its own. It knows no check and no solution: the grader gives it a
 * folder of classes, a kubeconfig and a namespace on stdin, and hears on stdout how the answer ended. A component stays
 * and is called through a {@link kubelab.labkit.worker.Pipe}. Called by the grader's worker pool only; lives in labkit
 * because an answer's class path is the JDK, labkit and Fabric8.
 */
@NullMarked
package kubelab.labkit.worker;

import org.jspecify.annotations.NullMarked;
