/**
 * Makes everything that is generated from what is authored: notebooks, the HTML handbook and the slides from
 * {@code docs/}, {@code labs/} from {@code solutions/}, the chapter table in README. Knows only files: no cluster, no
 * class of another module. Start reading at {@link kubelab.publisher.Author}, which is called by {@code kubelab author};
 * {@link kubelab.publisher.AsciidocRenderer} holds the one AsciidoctorJ instance, since starting that costs seconds.
 */
@NullMarked
package kubelab.publisher;

import org.jspecify.annotations.NullMarked;
