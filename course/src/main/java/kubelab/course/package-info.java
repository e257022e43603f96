/**
 * What chapters, claims, exercises and criteria <em>are</em>, read from docs/ and solutions/. Publisher, grader and app
 * take them from here. Start reading at {@link kubelab.course.Course}; how an id, a topic and a Java package hang
 * together is in {@link kubelab.course.ExerciseId} and {@link kubelab.course.TopicPackage}.
 */
@NullMarked
package kubelab.course;

import org.jspecify.annotations.NullMarked;
