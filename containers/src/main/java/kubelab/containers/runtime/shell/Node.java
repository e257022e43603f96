package kubelab.containers.runtime.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command of a script, as the parser has understood it. */
sealed interface Node {

    /** Assignments and words with redirections; either may be missing. */
    record Simple(List<Assignment> assignments, List<Word> words, List<Redirection> redirections, int line)
            implements Node {}

    record Assignment(String name, Word value) {}

    /** Two or more commands with pipes between them. */
    record Pipeline(List<Node> stages) implements Node {}

    record Not(Node command) implements Node {}

    /** {@code left && right}, {@code left || right} */
    record AndOr(Node left, boolean and, Node right) implements Node {}

    record Sequence(List<Node> commands) implements Node {}

    record Background(Node command, int line) implements Node {}

    record Subshell(Node body, List<Redirection> redirections) implements Node {}

    record Group(Node body, List<Redirection> redirections) implements Node {}

    record If(Node condition, Node then, @Nullable Node otherwise, List<Redirection> redirections) implements Node {}

    record While(Node condition, Node body, boolean until, List<Redirection> redirections) implements Node {}

    /** @param words null for {@code for x} without {@code in}: the positional parameters */
    record For(String name, @Nullable List<Word> words, Node body, List<Redirection> redirections) implements Node {}

    record Case(Word subject, List<Branch> branches, List<Redirection> redirections) implements Node {}

    record Branch(List<Word> patterns, Node body) {}

    record Function(String name, Node body) implements Node {}

    /**
     * @param operator {@code < > >> >| <> <& >& &> <<}
     * @param target for {@code <<} the text itself
     */
    record Redirection(int descriptor, String operator, Word target) {}
}
