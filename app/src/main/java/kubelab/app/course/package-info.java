/**
 * The command {@code course}: chapters with their notebooks, claims and exercises on one cluster, at the same time.
 *
 * <p>Read {@code CourseRun}, then {@code CourseReport}, which says what was found.
 */
@NullMarked
package kubelab.app.course;

import org.jspecify.annotations.NullMarked;
