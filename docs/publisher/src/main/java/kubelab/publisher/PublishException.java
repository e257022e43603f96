package kubelab.publisher;

/** Something authored is wrong; the message says what, in which file and line, and what to try. */
public final class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PublishException(String message) {
        super(message);
    }
}
