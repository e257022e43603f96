package kubelab.controlplane.apiserver.protobuf;

/** A protobuf body that cannot be turned into an object, or an object that has no protobuf form. */
public final class ProtobufException extends Exception {
    private static final long serialVersionUID = 1;

    ProtobufException(String message) {
        super(message);
    }
}
