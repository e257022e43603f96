/**
 * What the program knows of a learner's answers. Called by commands and by the {@code Lab} of notebooks.
 *
 * <p>Read {@code AnswerFile} (where an answer is), {@code Starters} (whether it was begun), {@code OnePersonsAnswers} (whose
 * it is), {@code Grading} (how it is graded) with {@code GradingProgress}, {@code SavedAnswers} and {@code WatchLoop} (when it
 * is graded again), {@code HintsShown}.
 */
@NullMarked
package kubelab.app.answers;

import org.jspecify.annotations.NullMarked;
