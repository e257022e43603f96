package kubelab.app.workspace;

/** What went wrong is the command line; the message says how to put it right. */
public final class WrongUse extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WrongUse(String message) {
        super(message);
    }
}
