/**
 * A process for each answer: started ahead, used once, thrown away, ended as a tree. The level {@code own} guards
 * against accidents (an endless loop, too much memory or output), not against an attacker. Answers that are trusted share
 * a process, one after the other.
 */
@NullMarked
package kubelab.grader.worker;

import org.jspecify.annotations.NullMarked;
