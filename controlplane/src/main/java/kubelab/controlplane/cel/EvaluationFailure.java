package kubelab.controlplane.cel;

/** An evaluation that came to no value; the message is what cel-go says. */
public final class EvaluationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final String TOO_EXPENSIVE = "operation cancelled: actual cost limit exceeded";
    static final String NO_OVERLOAD = "no such overload";

    public EvaluationFailure(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** Whether one evaluation cost more than it may. */
    public boolean isTooExpensive() {
        return text().startsWith(TOO_EXPENSIVE);
    }

    /** Whether a value had a type that an operator does not take. */
    public boolean isOfTypes() {
        return text().startsWith(NO_OVERLOAD);
    }
}
