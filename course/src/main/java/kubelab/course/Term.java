package kubelab.course;

import java.util.List;
import java.util.stream.Stream;

/**
 * A word of the glossary.
 *
 * @param name as in {@code EndpointSlice}
 * @param also other forms of it, such as the plural
 * @param words what it means, plain text
 * @param chapter the topic of the chapter that introduces it
 */
public record Term(String name, List<String> also, String words, String chapter) {
    public Term {
        also = List.copyOf(also);
    }

    /** The name and its other forms. */
    public List<String> forms() {
        return Stream.concat(Stream.of(name), also.stream()).toList();
    }

    /** For an anchor: {@code endpoint-slice} of {@code endpoint slice}. */
    public String id() {
        return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** Whether this word is meant, in whichever case. */
    public boolean isCalled(String word) {
        return forms().stream().anyMatch(form -> form.equalsIgnoreCase(word.strip()));
    }
}
