package kubelab.containers.runtime.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A word of a script before expansion: its pieces in order. */
record Word(List<Part> parts) {
    Word {
        parts = List.copyOf(parts);
    }

    /** The text of a word that is a single unquoted literal; null for all others. */
    @Nullable
    String bare() {
        return parts.size() == 1 && parts.get(0) instanceof Literal literal && !literal.quoted ? literal.text : null;
    }

    static Word literal(String text) {
        return new Word(List.of(new Literal(text, true)));
    }

    sealed interface Part permits Literal, Parameter, Command, Arithmetic {}

    /** Text that stands for itself. Quoted text is neither split nor a pattern. */
    record Literal(String text, boolean quoted) implements Part {}

    /**
     * {@code $name} and {@code ${name op word}}.
     *
     * @param operator empty, or one of {@code :- - := = :? ? :+ + # ## % %% / // : length}
     * @param second the replacement of {@code /}, the length of {@code :}
     */
    record Parameter(
            String name,
            String operator,
            Word argument,
            @Nullable Word second,
            boolean quoted) implements Part {}

    /** {@code $(script)} */
    record Command(Node script, boolean quoted) implements Part {}

    /** {@code $((expression))} */
    record Arithmetic(Word expression, boolean quoted) implements Part {}
}
