package kubelab.containers.runtime.shell;

/** Quotes around a text, so that a shell that reads it has the same text again. */
final class Quotes {
    private Quotes() {}

    /** As {@code set} and {@code export -p} print a value. */
    static String always(String value) {
        return "'" + value.replace("'", "'\"'\"'") + "'";
    }

    /** As {@code set -x} prints a word. */
    static String ifNeeded(String word) {
        boolean plain =
                word.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c) || "_-./:,+@^]".indexOf(c) >= 0);
        return plain ? word : always(word);
    }
}
