/** From wherever an answer is to a folder of class files: finding it, compiling it, saying in words why it does not compile. */
@NullMarked
package kubelab.grader.answer;

import org.jspecify.annotations.NullMarked;
