package kubelab.app.workspace;

/** Something that this machine lacks; the message says what, the next step what to do. */
public final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String nextStep;

    public Missing(String message, String nextStep) {
        super(message);
        this.nextStep = nextStep;
    }

    public String nextStep() {
        return nextStep;
    }
}
