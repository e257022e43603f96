package kubelab.containers.runtime.shell;

/** A script cannot be parsed. */
final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean incomplete;
    private final int line;

    /** @param incomplete more input could make it right: an interactive shell asks for more */
    SyntaxException(String message, boolean incomplete, int line) {
        super(message);
        this.incomplete = incomplete;
        this.line = line;
    }

    boolean incomplete() {
        return incomplete;
    }

    int line() {
        return line;
    }
}
