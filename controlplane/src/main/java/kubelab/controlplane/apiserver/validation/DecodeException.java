package kubelab.controlplane.apiserver.validation;

/** A body that does not fit its kind's type; the message is the end of upstream's 400 BadRequest message. */
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1;

    DecodeException(String message) {
        super(message);
    }
}
