/**
 * What every module needs of the machine that the program itself runs on, once: threads that do not keep the JVM alive
 * ({@code DaemonThreads}), and the end of a folder ({@code FileTree}). It knows no other package; all modules above may
 * use it. Waiting is not here: below {@code cluster} only the cluster's clock waits.
 */
@NullMarked
package kubelab.containers.host;

import org.jspecify.annotations.NullMarked;
