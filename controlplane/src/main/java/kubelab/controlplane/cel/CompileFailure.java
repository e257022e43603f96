package kubelab.controlplane.cel;

/** An expression that is none; the message is the compiler's, with the place. */
public final class CompileFailure extends Exception {
    private static final long serialVersionUID = 1L;

    CompileFailure(String message) {
        super(message, null, false, false);
    }
}
